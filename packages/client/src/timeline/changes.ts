/** Says that something changed: once for what changes together, and to each listener at its own pace. */
interface Place {
  hasChanged: boolean;
  wake: () => void;
}

export class Changes<T> {
  readonly #value: T;
  readonly #listeners = new Set<() => void>();
  #isTelling = false;
  #hasEnded = false;
  readonly #ends = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  tell(): void {
    if (this.#isTelling || this.#listeners.size === 0) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  onChange(listener: () => void): () => void {
    // Each call is a listener of its own, the same function twice as well.
    const own = () => listener();
    if (!this.#hasEnded) this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Changes from now on; those that come while nobody asks are one. */
  iterate(signal?: AbortSignal): AsyncIterable<T> {
    const place: Place = { hasChanged: false, wake: () => {} };
    const stop = this.onChange(() => {
      place.hasChanged = true;
      place.wake();
    });
    const rouse = () => place.wake();
    this.#ends.add(rouse);
    signal?.addEventListener('abort', rouse, { once: true });
    return this.#follow(place, signal, () => {
      stop();
      this.#ends.delete(rouse);
      signal?.removeEventListener('abort', rouse);
    });
  }

  /** Listeners are told of it where it comes from elsewhere. */
  end(tellsListeners = false): void {
    this.#hasEnded = true;
    const last = tellsListeners ? [...this.#listeners] : [];
    this.#listeners.clear();
    queueMicrotask(() => {
      for (const listener of last) listener();
    });
    for (const rouse of [...this.#ends]) rouse();
  }

  async *#follow(
    place: Place,
    signal: AbortSignal | undefined,
    done: () => void,
  ): AsyncGenerator<T, void, undefined> {
    try {
      while (!this.#hasEnded && signal?.aborted !== true) {
        if (place.hasChanged) {
          place.hasChanged = false;
          yield this.#value;
        } else await new Promise<void>((resolve) => (place.wake = resolve));
      }
    } finally {
      done();
    }
  }
}
