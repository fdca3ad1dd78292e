import type { Clock, Random } from '../environment.ts';
import { seeded } from './mutate.ts';

interface Timer {
  at: number;
  order: number;
  task: () => void;
}

/**
 * Virtual time for tests and the simulator. Nothing happens until `advance`, which runs what is due in order of time,
 * then of setting; after each task everything that follows from it without waiting (promises, work that Bun does in
 * this thread or hands back at once) has happened.
 */
export class VirtualClock implements Clock {
  #now: number;
  #timers: Timer[] = [];
  #order = 0;

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now = (): number => this.#now;

  after = (delayMs: number, task: () => void): (() => void) => {
    const timer = { at: this.#now + Math.max(0, delayMs), order: this.#order++, task };
    this.#insert(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  };

  /** When the next task is due; undefined when nothing waits. */
  get next(): number | undefined {
    return this.#timers[0]?.at;
  }

  /** How many tasks wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** The machine sleeps: time goes on without anything happening, and every task in between is late. */
  jump(milliseconds: number): void {
    this.#now += milliseconds;
  }

  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    await settled();
    for (let timer = this.#timers[0]; timer !== undefined && timer.at <= until; timer = this.#timers[0]) {
      this.#timers.shift();
      this.#now = Math.max(this.#now, timer.at);
      timer.task();
      await settled();
    }
    this.#now = until;
  }

  #insert(timer: Timer): void {
    let low = 0;
    for (let high = this.#timers.length; low < high; ) {
      const middle = (low + high) >>> 1;
      const other = this.#timers[middle];
      if (
        other !== undefined &&
        (other.at < timer.at || (other.at === timer.at && other.order < timer.order))
      )
        low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
  }
}

/** Everything that follows without waiting has happened: promise jobs run to the end before the next turn of the loop. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The same bytes for the same seed: for tests alone. */
export function seededRandom(seed: number): Random {
  const number = seeded(seed);
  return { bytes: (length) => Uint8Array.from({ length }, () => number(256)) };
}
