import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

/** Tasks that hold or wait for a key. Each is a few storage calls long. */
export const LOCK_TASKS_MAX = 1_024;
const RETRY_AFTER_MS = 1_000;

/** Lets one task at a time work on a key, in order of arrival. */
export class KeyedLock {
  readonly #tails = new Map<string, Promise<void>>();
  #tasks = 0;

  /** Runs `task` while holding all of `keys`. Throws THROTTLED when too many wait. */
  async run<T>(keys: readonly string[], task: () => Promise<T>): Promise<T> {
    if (this.#tasks >= LOCK_TASKS_MAX) {
      throw new SottoError(ErrorCode.THROTTLED, 'the server is busy', RETRY_AFTER_MS);
    }
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
