import { StorageError } from '../errors.ts';

const WAITING_MAX = 10_000;

/**
 * Shares one connection between single statements, which go on at once and in order, and transactions, which keep
 * everything else out until they end. Bounded: refuses when too much waits or runs.
 */
export class ConnectionGate {
  /** Resolves when the last transaction that asked has ended. */
  #free: Promise<void> = Promise.resolve();
  #inside = 0;

  /** `send` must hand its statement on before its first await: that is what keeps the order. */
  async pass<T>(send: () => Promise<T>): Promise<T> {
    this.#enter();
    try {
      return await this.#free.then(send);
    } finally {
      this.#inside--;
    }
  }

  /** Runs `begin` once everything asked for earlier is on its way; the caller must call the result to let others on. */
  async hold(begin: () => Promise<void>): Promise<() => void> {
    this.#enter();
    const turn = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = promise;
    const release = () => {
      this.#inside--;
      resolve();
    };
    try {
      await turn.then(begin);
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }

  #enter(): void {
    if (this.#inside >= WAITING_MAX) {
      throw new StorageError('overloaded', `the database has ${WAITING_MAX} requests waiting`);
    }
    this.#inside++;
  }
}
