/** What ends a client for good: trying again would be wrong or useless [RECONNECT-4]. */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { DialError } from '@sotto/transport';
import { NotConnected } from '../errors.ts';

const FINAL: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.SESSION_REVOKED,
  ErrorCode.SESSION_UNKNOWN,
  ErrorCode.SESSION_TAKEN_OVER,
  ErrorCode.SUSPENDED,
  ErrorCode.NO_COMMON_VERSION,
]);

/** Beside these, whatever is no trouble of the network or the server: a store that fails, a defect. */
export function isFinal(error: unknown): boolean {
  if (error instanceof SottoError) return FINAL.has(error.code);
  if (error instanceof DialError) return error.reason === 'untrusted';
  return !(error instanceof NotConnected);
}

/** The session is gone, so that only a password helps. */
export const isSessionGone = (error: unknown): boolean =>
  error instanceof SottoError &&
  (error.code === ErrorCode.SESSION_UNKNOWN || error.code === ErrorCode.SESSION_REVOKED);

/** What callers and the status are told: the reason behind a refused dial or a lost request, where there is one. */
export function explain(error: unknown): Error {
  if (error instanceof DialError && error.reason === 'untrusted' && error.cause instanceof Error) {
    return error.cause;
  }
  if (error instanceof NotConnected && error.cause instanceof SottoError) return error.cause;
  return error instanceof Error ? error : new Error(String(error));
}
