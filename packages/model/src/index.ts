export * from './emoji.ts';
export * from './ids.ts';
export * from './limits.ts';
export * from './links.ts';
export * from './mentions.ts';
export * from './names.ts';
export * from './permissions.ts';
export * from './streams.ts';
