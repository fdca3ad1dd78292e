/** The SDK without an environment: what every program needs to name, and `createClient` for those that bring their own. */

export { formatFingerprint, parseFingerprint, SottoError } from '@sotto/protocol';
export { ErrorCode } from '@sotto/schema';
export { DialError } from '@sotto/transport';
export { createClient } from './client.ts';
export type { Environment, Network, Route } from './environment.ts';
export * from './errors.ts';

export type { ClientOptions } from './options.ts';
export type { NetworkRecord } from './paths/memory.ts';
export * from './store.ts';
export { MemoryStore } from './stores/memory.ts';
export * from './trust.ts';
export * from './types.ts';
export { verifier } from './verify.ts';
