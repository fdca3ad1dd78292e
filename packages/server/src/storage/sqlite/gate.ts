/**
 * Shares one connection between single statements, which go on at once and in order, and transactions, which keep
 * everything else out until they end.
 */
export class ConnectionGate {
  /** Resolves when the last transaction that asked has ended. */
  #free: Promise<void> = Promise.resolve();

  /** `send` must hand its statement on before its first await: that is what keeps the order. */
  pass<T>(send: () => Promise<T>): Promise<T> {
    return this.#free.then(send);
  }

  /** Runs `begin` once everything asked for earlier is on its way; the caller must call the result to let others on. */
  async hold(begin: () => Promise<void>): Promise<() => void> {
    const turn = this.#free;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    this.#free = promise;
    try {
      await turn.then(begin);
    } catch (error) {
      release();
      throw error;
    }
    return release;
  }
}
