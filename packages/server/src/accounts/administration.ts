/** What administrators of the server do to accounts (M10) [SUSPEND-1], [ADMIN-1], [ADMIN-2]. */
import { REASON_MAX_CHARACTERS, readLine } from '@sotto/model';
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { createRecovery, type RecoveryTerms } from './recovery.ts';
import type { Sessions } from './sessions.ts';
import type { AccountStore, UserRecord } from './store.ts';
import type { UserChanges } from './user-changes.ts';

const RECOVERY_LIFETIME_MS = 24 * 60 * 60_000;
export const RECOVERY_LIFETIME_MAX_MS = 7 * RECOVERY_LIFETIME_MS;

export interface AdministrationOptions {
  store: AccountStore;
  clock: Clock;
  random: Random;
  sessions: Sessions;
  changes: UserChanges;
}

export class Administration {
  readonly #options: AdministrationOptions;

  constructor(options: AdministrationOptions) {
    this.#options = options;
  }

  /** Ends the account's sessions at once. */
  async suspend(actor: UserRecord, target: UserRecord, written: string): Promise<void> {
    const { store, sessions, changes } = this.#options;
    needRank(actor, target);
    const reading = readLine(written, { maxCharacters: REASON_MAX_CHARACTERS, lines: 'one' });
    if (reading.kind === 'invalid')
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `reason: ${reading.reason}`);
    sessions.announce(await store.suspend(target.number, reading.text, this.#actOf(actor)));
    await changes.changed(target.number);
  }

  async restore(actor: UserRecord, target: UserRecord): Promise<void> {
    needRank(actor, target);
    await this.#options.store.restore(target.number, this.#actOf(actor));
    await this.#options.changes.changed(target.number);
  }

  /** Makes the target an administrator, or no longer one. Only the server's owner does. */
  async appoint(actor: UserRecord, target: UserRecord, on: boolean): Promise<void> {
    if (!actor.owner) throw new SottoError(ErrorCode.PERMISSION_DENIED, "only the server's owner");
    if (on) needPerson(target);
    await this.#options.store.setAdministrator(target.number, on, this.#actOf(actor));
    await this.#options.changes.changed(target.number);
  }

  /** Whoever knows the password logs in again. */
  async endSessions(actor: UserRecord, target: UserRecord): Promise<void> {
    const { store, sessions } = this.#options;
    needRank(actor, target);
    sessions.announce(await store.endSessions(target.number, this.#actOf(actor)));
  }

  async resetSecondFactor(actor: UserRecord, target: UserRecord): Promise<void> {
    needRank(actor, target);
    needPerson(target);
    await this.#options.store.dropSecondFactor(target.number, this.#actOf(actor));
  }

  /** A code that sets a new password; told once. A lifetime of 0 is a day. */
  async recover(
    actor: UserRecord,
    target: UserRecord,
    { lifetimeMs, keepSecondFactor }: RecoveryTerms,
  ): Promise<{ code: string; expiresMs: number }> {
    needRank(actor, target);
    needPerson(target);
    const lifetime = lifetimeMs === 0 ? RECOVERY_LIFETIME_MS : lifetimeMs;
    // Comparisons with NaN are false.
    if (!(lifetime >= 1 && lifetime <= RECOVERY_LIFETIME_MAX_MS))
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `lifetime in ms is ${lifetimeMs}`);
    const terms = { lifetimeMs: Math.floor(lifetime), keepSecondFactor };
    const code = await createRecovery(this.#options, target.number, terms, actor.number);
    return { code, expiresMs: this.#options.clock.now() + terms.lifetimeMs };
  }

  #actOf = (actor: UserRecord) => ({ by: actor.number, nowMs: this.#options.clock.now() });
}

/** Nobody logs in to an assistant, and it never owns or administers the server [ASSIST-1]. */
export function needPerson({ assistant, name }: UserRecord): void {
  if (assistant) throw new SottoError(ErrorCode.PERMISSION_DENIED, `${name} is an assistant`);
}

/** Administrators are above everybody but each other, and the owner is above all. */
export function needRank(actor: UserRecord, target: UserRecord): void {
  needAdministrator(actor);
  if (target.owner) throw new SottoError(ErrorCode.PERMISSION_DENIED, "the server's owner");
  if (target.administrator && !actor.owner)
    throw new SottoError(ErrorCode.PERMISSION_DENIED, 'an administrator of the server');
}

export function needAdministrator({
  owner,
  administrator,
}: Pick<UserRecord, 'owner' | 'administrator'>): void {
  if (!owner && !administrator)
    throw new SottoError(ErrorCode.PERMISSION_DENIED, 'only administrators of the server');
}
