export * from './ids.ts';
export * from './limits.ts';
export * from './streams.ts';
