import type { Clock } from '@sotto/protocol';

/** Runs `task` again and again until the returned function is called. */
export function repeat(clock: Clock, everyMs: number, task: () => void): () => void {
  let stop = clock.after(everyMs, function again() {
    task();
    stop = clock.after(everyMs, again);
  });
  return () => stop();
}
