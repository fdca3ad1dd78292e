/** Asks the server for what is wanted of many, together, and again where it was too busy, or after the next login. */
import { type Clock, SottoError } from '@sotto/protocol';
import { Retry } from '@sotto/schema';

const BUSY_MS = 5_000;

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

  #schedule(afterMs = this.#options.gatherMs): void {
    if (this.#wanted.size === 0 || this.#cancel !== undefined) return;
    this.#cancel = this.#options.clock.after(afterMs, () => {
      this.#cancel = undefined;
      const keys = [...this.#wanted];
      this.#wanted.clear();
      this.#options.ask(keys).catch((error: unknown) => this.#failed(keys, error));
    });
  }

  /** Without a connection there is nothing to do but wait for one. */
  #failed(keys: readonly K[], error: unknown): void {
    const isRefused = error instanceof SottoError;
    if (isRefused && error.info.retry !== Retry.LATER) return;
    for (const key of keys) this.#wanted.add(key);
    if (isRefused) this.#schedule(Math.max(BUSY_MS, error.retryAfterMs));
  }
}
