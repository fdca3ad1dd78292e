import { StorageError } from './errors.ts';

const UNDER_WAY_MAX = 10_000;

/** Counts the calls of a store: refuses more than it bounds and those after the end, and lets the end wait for the rest. */
export class UnderWay {
  readonly #calls = new Set<Promise<unknown>>();
  #ended = false;

  /** The same interface, counted. Every method of it must return a promise. */
  counted<T extends object>(methods: T): T {
    return new Proxy(methods, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => this.#call(() => method.apply(target, given));
      },
    });
  }

  /** Resolves when nothing is under way; refuses calls from now on. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.allSettled(this.#calls);
  }

  #call(start: () => Promise<unknown>): Promise<unknown> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return Promise.reject(refusal);
    const call = start();
    const settled = () => this.#calls.delete(call);
    this.#calls.add(call);
    call.then(settled, settled);
    return call;
  }

  #refusal(): StorageError | undefined {
    if (this.#ended) return new StorageError('closed', 'the database is closed');
    if (this.#calls.size < UNDER_WAY_MAX) return undefined;
    return new StorageError('overloaded', `the database has ${UNDER_WAY_MAX} requests waiting`);
  }
}
