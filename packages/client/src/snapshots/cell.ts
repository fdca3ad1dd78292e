/** A snapshot made from something else that says when it may have changed [SNAPSHOT-1]. */
import type { Snapshot } from '../types.ts';

export interface CellOptions<T> {
  /** What it is now, made anew. */
  read(): T;
  /** Whether the one that is known stands for the new one. */
  isSame?(known: T, made: T): boolean;
  /** Somebody listens now, or nobody any more. */
  onInterest?(isWanted: boolean): void;
}

export class Cell<T> implements Snapshot<T> {
  readonly #options: CellOptions<T>;
  readonly #listeners = new Set<() => void>();
  #known: { value: T } | undefined;
  #isStale = true;
  /** What listeners know of. */
  #told: T | undefined;
  #isTelling = false;
  #isAlone = false;

  constructor(options: CellOptions<T>) {
    this.#options = options;
  }

  /** Bound, so that they can be handed on by themselves. */
  readonly get = (): T => {
    if (this.#known !== undefined && !this.#isStale && !this.#isAlone) return this.#known.value;
    this.#isStale = false;
    const { read, isSame = Object.is } = this.#options;
    const made = read();
    if (this.#known === undefined || !isSame(this.#known.value, made)) this.#known = { value: made };
    return this.#known.value;
  };

  readonly onChange = (listener: () => void): (() => void) => {
    // Each call is a listener of its own, the same function twice as well.
    const own = () => listener();
    const isFirst = this.#listeners.size === 0;
    if (isFirst) this.#told = this.get();
    this.#listeners.add(own);
    if (isFirst) this.#options.onInterest?.(true);
    return () => {
      if (this.#listeners.delete(own) && this.#listeners.size === 0) this.#options.onInterest?.(false);
    };
  };

  get isWanted(): boolean {
    return this.#listeners.size > 0;
  }

  /** Nobody marks it any more while nobody listens: each `get` looks anew. */
  leave(): void {
    this.#isAlone = true;
  }

  /** It may be another one. Listeners are called once for all that comes before the next microtask. */
  mark(): void {
    this.#isStale = true;
    if (this.#isTelling || this.#listeners.size === 0) return;
    this.#isTelling = true;
    queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    this.#isTelling = false;
    const value = this.get();
    if (Object.is(value, this.#told)) return;
    this.#told = value;
    for (const listener of [...this.#listeners]) listener();
  }
}
