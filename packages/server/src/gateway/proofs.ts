import { PROOF_HOLDS_MS } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { ClientConnection } from './connection.ts';

/** On which connections the password was proved again lately; on no other of the same session [PROOF-3]. */
export class Proofs {
  readonly #until = new WeakMap<ClientConnection, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  proved(connection: ClientConnection): void {
    this.#until.set(connection, this.#now() + PROOF_HOLDS_MS);
  }

  need(connection: ClientConnection): void {
    if (this.#now() >= (this.#until.get(connection) ?? 0)) throw new SottoError(ErrorCode.PROOF_REQUIRED);
  }
}
