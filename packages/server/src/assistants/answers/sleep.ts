import type { Clock } from '@sotto/protocol';

/** Resolves early, without a word, where `signal` says so. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    if (signal?.aborted === true) done();
    else signal?.addEventListener('abort', done);
  });
}
