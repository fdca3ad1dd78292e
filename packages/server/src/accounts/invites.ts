import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Act } from './act.ts';
import { codeHash, makeCode } from './codes.ts';
import type { AccountStore, Invite } from './store.ts';

export const INVITE_USES_MAX = 1_000;
export const INVITE_LIFETIME_MAX_MS = 365 * 24 * 60 * 60_000;

export const INVITES_LISTED_MAX = 200;

export interface InviteOptions {
  store: Pick<AccountStore, 'createInvite' | 'invites' | 'revokeInvite'>;
  clock: Clock;
  random: Random;
}

export class Invites {
  readonly #options: InviteOptions;

  constructor(options: InviteOptions) {
    this.#options = options;
  }

  /** The code, which is shown once: only its hash is stored. */
  async create(terms: { uses: number; lifetimeMs: number }, by: Act['by']): Promise<string> {
    need('uses', terms.uses, INVITE_USES_MAX);
    need('lifetime in ms', terms.lifetimeMs, INVITE_LIFETIME_MAX_MS);
    const { store, clock, random } = this.#options;
    const code = makeCode(random);
    const createdMs = clock.now();
    const expiresMs = createdMs + terms.lifetimeMs;
    const invite = { codeHash: codeHash(code), usesLeft: terms.uses, expiresMs, createdMs };
    await store.createInvite(invite, { by, nowMs: createdMs });
    return code;
  }

  /** Those that can be used, the newest first. */
  list(): Promise<readonly Invite[]> {
    const { store, clock } = this.#options;
    return store.invites(clock.now(), INVITES_LISTED_MAX);
  }

  async revoke(hash: Uint8Array, by: Act['by']): Promise<void> {
    const { store, clock } = this.#options;
    if (!(await store.revokeInvite(hash, { by, nowMs: clock.now() })))
      throw new SottoError(ErrorCode.NOT_FOUND, 'invite code');
  }
}

function need(field: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${field} is ${value}, not from 1 to ${most}`);
}
