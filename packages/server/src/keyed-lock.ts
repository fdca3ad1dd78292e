/** Lets one task at a time work on a key, in order of arrival. */
export class KeyedLock {
  readonly #queues = new Map<string, { last: Promise<void>; tasks: number }>();
  #tasks = 0;

  /** Tasks that run or wait. */
  get tasks(): number {
    return this.#tasks;
  }

  /** Those of one key. */
  tasksOn(key: string): number {
    return this.#queues.get(key)?.tasks ?? 0;
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
    const queue = this.#queues.get(key) ?? { last: Promise.resolve(), tasks: 0 };
    this.#queues.set(key, queue);
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = queue.last;
    queue.last = promise;
    queue.tasks++;
    await before;
    return () => {
      if (--queue.tasks === 0) this.#queues.delete(key);
      resolve();
    };
  }
}
