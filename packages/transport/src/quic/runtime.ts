/** `node:quic`, which Bun has and stock Node.js has not: loaded when it is first used, so that importing this transport always works. */
import { isBuiltin } from 'node:module';

export type QuicModule = typeof import('node:quic');

/** Whether this runtime has QUIC. Loads nothing. */
export const isQuicAvailable = (): boolean => isBuiltin('node:quic');

/** Rejects where the runtime has no QUIC. */
export function loadQuic(): Promise<QuicModule> {
  if (!isQuicAvailable()) return Promise.reject(new Error('this runtime has no QUIC: it comes with Bun'));
  return import('node:quic');
}
