import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { codeHash, makeCode } from './codes.ts';
import type { AccountStore } from './store.ts';

export const INVITE_USES_MAX = 1_000;
export const INVITE_LIFETIME_MAX_MS = 365 * 24 * 60 * 60_000;

export interface InviteOptions {
  store: Pick<AccountStore, 'createInvite'>;
  clock: Clock;
  random: Random;
}

export class Invites {
  readonly #options: InviteOptions;

  constructor(options: InviteOptions) {
    this.#options = options;
  }

  /** The code, which is shown once: only its hash is stored. */
  async create(terms: { uses: number; lifetimeMs: number }): Promise<string> {
    need('uses', terms.uses, INVITE_USES_MAX);
    need('lifetime in ms', terms.lifetimeMs, INVITE_LIFETIME_MAX_MS);
    const { store, clock, random } = this.#options;
    const code = makeCode(random);
    const createdMs = clock.now();
    const expiresMs = createdMs + terms.lifetimeMs;
    await store.createInvite({ codeHash: codeHash(code), usesLeft: terms.uses, expiresMs, createdMs });
    return code;
  }
}

function need(field: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${field} is ${value}, not from 1 to ${most}`);
}
