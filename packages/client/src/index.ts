export * from './store.ts';
export * from './trust.ts';
export * from './types.ts';
