/** Lets one task at a time work on a key, in order of arrival. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>();
  #tasks = 0;

  /** Tasks that run or wait. */
  get tasks(): number {
    return this.#tasks;
  }

  /** Runs `task` while holding all of `keys`. */
  async run<T>(keys: readonly string[], task: () => Promise<T>): Promise<T> {
    this.#tasks++;
    const releases: (() => void)[] = [];
    try {
      // Everyone takes keys in the same order, so that no two wait for each other.
      for (const key of keys.toSorted()) releases.push(await this.#take(key));
      return await task();
    } finally {
      for (const release of releases) release();
      this.#tasks--;
    }
  }

  async #take(key: string): Promise<() => void> {
    const before = this.#tails.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tails.set(key, promise);
    await before;
    return () => {
      if (this.#tails.get(key) === promise) this.#tails.delete(key);
      resolve();
    };
  }
}
