/** A transfer over as many connections as it takes [FILES-2]. */
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, Retry } from '@sotto/schema';
import { abortable } from '../abortable.ts';
import type { Opened } from '../connection/open.ts';
import type { Present } from '../connection/present.ts';
import { NotConnected } from '../errors.ts';

const FIRST_WAIT_MS = 500;
const WAIT_MAX_MS = 10_000;
/** Attempts one after the other that moved nothing, before the server's failure is taken for an answer. */
export const FAILURES_MAX = 6;
/** Retriable as requests go, but not by waiting a little. */
const ANSWERS: ReadonlySet<ErrorCode> = new Set([ErrorCode.STORAGE_FULL]);
/** Trouble of the server's own, or another device that takes an upload over again and again: both may be for ever. */
const FAILURES: ReadonlySet<ErrorCode> = new Set([
  ErrorCode.INTERNAL,
  ErrorCode.UNSPECIFIED,
  ErrorCode.TRANSFER_STALLED,
  ErrorCode.TRANSFER_ELSEWHERE,
]);

export interface AttemptsOptions {
  present: Present;
  clock: Clock;
  signal: AbortSignal;
  /** Grows with what was moved: then earlier failures count no more. */
  moved(): number;
  /** No connection is there. */
  onWaiting(): void;
}

/** Rejects with what `attempt` rejects with and trying again does not help, with the signal's reason, or once no connection comes any more. */
export async function inAttempts<T>(
  options: AttemptsOptions,
  attempt: (opened: Opened) => Promise<T>,
): Promise<T> {
  const { present, signal } = options;
  let failures = 0;
  let movedBefore = options.moved();
  for (;;) {
    signal.throwIfAborted();
    if (present.opened === undefined || present.opened.link.ended !== undefined) options.onWaiting();
    const opened = await abortable(present.next(), signal);
    try {
      return await attempt(opened);
    } catch (error) {
      signal.throwIfAborted();
      if (options.moved() > movedBefore) failures = 0;
      movedBefore = options.moved();
      if (isElsewhere(error, opened, present)) continue;
      failures += 1;
      await abortable(pause(options.clock, waitMs(error, failures)), signal);
    }
  }
}

/** The connection is not the session's any more: what ended there goes on here. */
const isElsewhere = (error: unknown, opened: Opened, { opened: now }: Present): boolean =>
  (error instanceof NotConnected && opened.link.ended !== undefined) ||
  (error instanceof SottoError && error.code === ErrorCode.TRANSFER_ELSEWHERE && now?.link !== opened.link);

/** Throws `error` where trying again does not help. */
function waitMs(error: unknown, failures: number): number {
  if (!(error instanceof SottoError) || ANSWERS.has(error.code)) throw error;
  if (FAILURES.has(error.code) && failures >= FAILURES_MAX) throw error;
  // Another device of the account sends the same file: it is left to that for a while, and is there soon for both.
  if (error.code === ErrorCode.TRANSFER_ELSEWHERE) return WAIT_MAX_MS;
  if (error.info.retry !== Retry.LATER && error.info.retry !== Retry.RECONNECT) throw error;
  return error.retryAfterMs || Math.min(WAIT_MAX_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 10));
}

const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void clock.after(milliseconds, resolve));
