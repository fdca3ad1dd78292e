/** A clock whose timers end with their owner, so that none keeps a process alive for nothing. */
import type { Clock } from '@sotto/protocol';

export class Timers implements Clock {
  readonly #clock: Clock;
  readonly #running = new Set<() => void>();
  #cancelled = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, task: () => void): () => void {
    if (this.#cancelled) return () => {};
    const stop = this.#clock.after(delayMs, () => {
      this.#running.delete(cancel);
      task();
    });
    const cancel = () => {
      this.#running.delete(cancel);
      stop();
    };
    this.#running.add(cancel);
    return cancel;
  }

  /** For good: no timer starts after this. */
  cancelAll(): void {
    this.#cancelled = true;
    for (const cancel of this.#running) cancel();
  }
}
