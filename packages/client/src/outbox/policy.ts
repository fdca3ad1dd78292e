/** What a refusal means for a message that waits to be sent [OUTBOX-4]. */
import type { SottoError } from '@sotto/protocol';
import { ErrorCode, Retry } from '@sotto/schema';

export type Verdict =
  /** It will never be taken: forget it and tell the caller. */
  | { kind: 'reject' }
  /** Send it again after this long, and nothing before it. */
  | { kind: 'wait'; milliseconds: number }
  /** It goes out again on the next connection. */
  | { kind: 'reconnect' };

/** A server that fails to carry out the same message this often will not manage at all. */
const FAILURES_MAX = 6;
const FIRST_WAIT_MS = 500;
const WAIT_MAX_MS = 10_000;

/** Retriable as requests go, but an answer to whoever asked: strict delivery, a lost race for an epoch. */
const ANSWERS: ReadonlySet<ErrorCode> = new Set([ErrorCode.RECIPIENT_OFFLINE, ErrorCode.EPOCH_CONFLICT]);
/** The server's own trouble with this message, which may be for ever. */
const FAILURES: ReadonlySet<ErrorCode> = new Set([ErrorCode.INTERNAL, ErrorCode.UNSPECIFIED]);

/** `refusals`: how often the message was refused, this time included. */
export function verdict(error: SottoError, refusals: number): Verdict {
  if (ANSWERS.has(error.code)) return { kind: 'reject' };
  switch (error.info.retry) {
    case Retry.RECONNECT:
      return { kind: 'reconnect' };
    case Retry.LATER:
      if (FAILURES.has(error.code) && refusals >= FAILURES_MAX) return { kind: 'reject' };
      return { kind: 'wait', milliseconds: error.retryAfterMs || growing(refusals) };
    default:
      return { kind: 'reject' };
  }
}

const growing = (refusals: number) => Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** Math.min(refusals - 1, 10));
