/** Asks the server for what is wanted of many, together, and again after the next login where that failed. */
import type { Clock } from '@sotto/protocol';

export interface BatchesOptions<K> {
  clock: Clock;
  /** How long what is wanted gathers. */
  gatherMs: number;
  /** Rejects where it could not be asked now. */
  ask(keys: readonly K[]): Promise<void>;
}

export class Batches<K> {
  readonly #options: BatchesOptions<K>;
  readonly #wanted = new Set<K>();
  #cancel: (() => void) | undefined;

  constructor(options: BatchesOptions<K>) {
    this.#options = options;
  }

  add(keys: Iterable<K>): void {
    for (const key of keys) this.#wanted.add(key);
    this.#schedule();
  }

  /** Nobody wants to know any more. */
  remove(key: K): void {
    this.#wanted.delete(key);
  }

  /** There is a connection again. */
  connected(): void {
    this.#schedule();
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wanted.clear();
  }

  #schedule(): void {
    if (this.#wanted.size === 0 || this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.after(this.#options.gatherMs, () => {
      this.#cancel = undefined;
      const keys = [...this.#wanted];
      this.#wanted.clear();
      this.#options.ask(keys).catch(() => {
        for (const key of keys) this.#wanted.add(key);
      });
    });
  }
}
