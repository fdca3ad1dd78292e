/** A value that says when it is another one. What shows it compares by identity, so it is replaced, never changed. */
export interface Readable<T> {
  /** The same object until it changes. */
  readonly get: () => T;
  /** Calls `listener` after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

export class Slice<T> implements Readable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    // Each call is a subscription of its own, also of a function that is subscribed already.
    const own = () => listener();
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The objects of `before` wherever those of `now` say the same, and `before` itself where all do. */
export function kept<T extends object>(
  before: readonly T[],
  now: readonly T[],
  keyOf: (one: T) => unknown,
): readonly T[] {
  const known = new Map(before.map((one) => [keyOf(one), one]));
  const list = now.map((one) => {
    const old = known.get(keyOf(one));
    return old !== undefined && isSame(old, one) ? old : one;
  });
  const isAll = list.length === before.length && list.every((one, at) => one === before[at]);
  return isAll ? before : list;
}

/** Their fields are the same, to the first level; dates by their time. */
export function isSame<T extends object>(one: T, other: T): boolean {
  if (one === other) return true;
  const keys = Object.keys(one) as (keyof T)[];
  return keys.length === Object.keys(other).length && keys.every((key) => isSameValue(one[key], other[key]));
}

const isSameValue = (one: unknown, other: unknown): boolean =>
  Object.is(one, other) ||
  (one instanceof Date && other instanceof Date && one.getTime() === other.getTime());
