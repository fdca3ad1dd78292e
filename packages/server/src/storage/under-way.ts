import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { StorageError } from './errors.ts';

export const UNDER_WAY_MAX = 10_000;
const BUSY_RETRY_AFTER_MS = 1_000;

/** Counts the calls of a store: refuses those after the end, and lets the end wait for the rest. */
export class UnderWay {
  readonly #calls = new Set<Promise<unknown>>();
  #ended = false;

  /** The same interface, counted. Every method of it must return a promise; the caller bounds how many run. */
  counted<T extends object>(methods: T): T {
    return this.#wrapped(methods, Number.POSITIVE_INFINITY);
  }

  /** The same interface, counted and refused while too much is under way. */
  bounded<T extends object>(methods: T): T {
    return this.#wrapped(methods, UNDER_WAY_MAX);
  }

  /** Resolves when nothing is under way; refuses calls from now on. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.allSettled(this.#calls);
  }

  #wrapped<T extends object>(methods: T, most: number): T {
    return new Proxy(methods, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => this.#call(most, () => method.apply(target, given));
      },
    });
  }

  #call(most: number, start: () => Promise<unknown>): Promise<unknown> {
    if (this.#ended) return Promise.reject(new StorageError('closed', 'the database is closed'));
    if (this.#calls.size >= most) {
      return Promise.reject(
        new SottoError(ErrorCode.RATE_LIMITED, 'the server is busy', BUSY_RETRY_AFTER_MS),
      );
    }
    const call = start();
    const settled = () => this.#calls.delete(call);
    this.#calls.add(call);
    call.then(settled, settled);
    return call;
  }
}
