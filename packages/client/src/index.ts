export { SottoError } from '@sotto/protocol';
export { ErrorCode } from '@sotto/schema';
export * from './store.ts';
export * from './trust.ts';
export * from './types.ts';
