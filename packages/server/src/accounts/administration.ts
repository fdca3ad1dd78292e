/** What administrators of the server do to accounts (M10) [SUSPEND-1], [ADMIN-1]. */
import { REASON_MAX_CHARACTERS, readLine } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Sessions } from './sessions.ts';
import type { AccountStore, UserRecord } from './store.ts';
import type { UserChanges } from './user-changes.ts';

export interface AdministrationOptions {
  store: AccountStore;
  clock: Clock;
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

  #actOf = (actor: UserRecord) => ({ by: actor.number, nowMs: this.#options.clock.now() });
}

/** Nobody logs in to an assistant, and it never owns or administers the server [ASSIST-1]. */
export function needPerson({ assistant, name }: UserRecord): void {
  if (assistant) throw new SottoError(ErrorCode.PERMISSION_DENIED, `${name} is an assistant`);
}

/** Administrators are above everybody but each other, and the owner is above all. */
function needRank(actor: UserRecord, target: UserRecord): void {
  if (!actor.owner && !actor.administrator)
    throw new SottoError(ErrorCode.PERMISSION_DENIED, 'only administrators of the server');
  if (target.owner) throw new SottoError(ErrorCode.PERMISSION_DENIED, "the server's owner");
  if (target.administrator && !actor.owner)
    throw new SottoError(ErrorCode.PERMISSION_DENIED, 'an administrator of the server');
}
