import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { ClientConnection } from './connection.ts';

/** What waits for the second of two steps, for one connection, and is gone with it. */
export class Pending<T> {
  readonly #what: string;
  readonly #started = new WeakMap<ClientConnection, T>();

  /** What was started, for the refusal where it was not. */
  constructor(what: string) {
    this.#what = what;
  }

  start(connection: ClientConnection, value: T): void {
    this.#started.set(connection, value);
  }

  peek(connection: ClientConnection): T {
    const value = this.#started.get(connection);
    if (value === undefined)
      throw new SottoError(ErrorCode.NOT_ALLOWED_IN_STATE, `no ${this.#what} was started`);
    return value;
  }

  take(connection: ClientConnection): T {
    const value = this.peek(connection);
    this.#started.delete(connection);
    return value;
  }

  drop(connection: ClientConnection): void {
    this.#started.delete(connection);
  }
}
