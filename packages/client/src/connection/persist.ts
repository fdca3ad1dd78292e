/** One attempt to connect, made anew beside itself while nobody answers [PATH-13]. */
import type { Clock } from '@sotto/protocol';
import { ANEW_MS, ATTEMPTS_BESIDE_MAX } from '../paths/policy.ts';

export interface Attempts<T> {
  /** Leaves nothing behind when its signal aborts before it settles. */
  attempt(signal: AbortSignal): Promise<T>;
  /** Of one that came too late to be called off. */
  discard(result: T): void;
  clock: Clock;
}

/** The first that settles decides, and the others are called off. Rejects with the signal's reason when that aborts. */
export async function persist<T>(attempts: Attempts<T>, signal: AbortSignal): Promise<T> {
  const { attempt, discard, clock } = attempts;
  const running = new Set<AbortController>();
  const first = Promise.withResolvers<T>();
  let isDecided = false;
  let times = 0;
  let cancelTimer = () => {};
  const decide = (own: AbortController, tell: () => void) => {
    running.delete(own);
    isDecided = true;
    tell();
  };
  const start = () => {
    const own = new AbortController();
    running.add(own);
    attempt(own.signal).then(
      (result) => (isDecided ? discard(result) : decide(own, () => first.resolve(result))),
      (error) => decide(own, () => first.reject(error)),
    );
    times += 1;
    if (times < ATTEMPTS_BESIDE_MAX) cancelTimer = clock.after(ANEW_MS, start);
  };
  const abort = () => {
    // At once: what arrives before this function goes on is nobody's.
    isDecided = true;
    first.reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    start();
    return await first.promise;
  } finally {
    signal.removeEventListener('abort', abort);
    isDecided = true;
    cancelTimer();
    for (const other of running) other.abort(signal.reason);
  }
}
