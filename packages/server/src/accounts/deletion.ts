/** Deleting accounts (A8) [DELETE-1] to [DELETE-5]: the account at once, what it leaves behind in steps. */
import { type RoomNumber, roomStream, type Sequence, type StreamId, type UserNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { needRank } from './administration.ts';
import type { DeletedAccounts } from './policy.ts';
import { tombstoneOf } from './reserved-names.ts';
import type { UnfinishedDeletion } from './standing-store.ts';
import type { AccountStore, UserRecord } from './store.ts';
import type { UserChanges } from './user-changes.ts';

/** One step of what is done afterwards, so that nobody waits for it. */
const ROOMS_AT_ONCE = 500;
/** Search takes its time to forget long ones. */
const MESSAGES_AT_ONCE = 10;
const ACCOUNTS_AT_ONCE = 10;

export interface DeletionOptions {
  store: AccountStore;
  clock: Clock;
  changes: UserChanges;
  policy: DeletedAccounts;
  /** Ends its memberships; rooms that it was the last owner of get another. */
  leaveAll: (user: UserRecord) => Promise<void>;
  /** Erases contents and what derives from them. */
  erase: (stream: StreamId, sequences: readonly Sequence[]) => Promise<void>;
  /** What the account kept was erased. */
  erased: () => void;
  /** Resolves when everything appended so far is durable. */
  idle: () => Promise<void>;
  onFailure: (failure: unknown) => void;
}

export class Deletion {
  readonly #options: DeletionOptions;
  #sweeping: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(options: DeletionOptions) {
    this.#options = options;
  }

  /** Nobody logs in to it from here on; `settle` ends its connections. `by`: an administrator, or the user. */
  async delete(user: UserRecord, by: UserRecord = user): Promise<void> {
    const { store, clock, policy } = this.#options;
    if (by.number !== user.number) needRank(by, user);
    if (user.owner) throw ownerStays();
    const deletion = deletionOf(user, policy, { by: by.number, nowMs: clock.now() });
    if (!(await store.deleteAccount(deletion))) throw ownerStays();
  }

  /** Tells live connections, and does what is left to do. */
  async settle(user: UserRecord): Promise<void> {
    await this.#options.changes.changed(user.number);
    await this.sweep();
  }

  /** Goes on with every deletion that is not finished: after a restart, or where another process deleted. */
  sweep(): Promise<void> {
    this.#again = true;
    this.#sweeping ??= this.#sweepAll()
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#sweeping = undefined;
      });
    return this.#sweeping;
  }

  /** After the step that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#sweeping;
  }

  async #sweepAll(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      for (let after = 0 as UserNumber; !this.#stopped; ) {
        const unfinished = await this.#options.store.unfinishedDeletions(after, ACCOUNTS_AT_ONCE);
        for (const deletion of unfinished) await this.#finish(deletion).catch(this.#options.onFailure);
        const last = unfinished.at(-1);
        if (last === undefined) break;
        after = last.user.number;
      }
    }
  }

  /** What fails is tried again with the next sweep, and keeps no other from being finished. */
  async #finish({ user, mustLeave, mustErase }: UnfinishedDeletion): Promise<void> {
    const { store, leaveAll, idle, erased } = this.#options;
    if (this.#stopped) return;
    if (mustLeave) {
      await leaveAll(user);
      await store.finishDeletion(user.number, 'left');
      erased();
    }
    if (!mustErase) return;
    // What its connections handed over before they ended.
    await idle();
    if (await this.#eraseMessages(user)) await store.finishDeletion(user.number, 'erased');
  }

  /** False where it was stopped before the end. */
  async #eraseMessages(user: UserRecord): Promise<boolean> {
    const { store } = this.#options;
    for (let after = 0 as RoomNumber; ; ) {
      const rooms = await store.roomNumbers(after, ROOMS_AT_ONCE);
      for (const room of rooms) if (!(await this.#eraseIn(roomStream(room), user))) return false;
      const last = rooms.at(-1);
      if (last === undefined) return true;
      after = last;
    }
  }

  async #eraseIn(stream: StreamId, user: UserRecord): Promise<boolean> {
    const { store, erase } = this.#options;
    for (let after = 0 as Sequence; !this.#stopped; ) {
      const written = await store.writtenBy(user.number, stream, after, MESSAGES_AT_ONCE);
      const last = written.at(-1);
      if (last === undefined) return true;
      await erase(stream, written);
      after = last;
    }
    return false;
  }
}

export const deletionOf = (
  { number }: UserRecord,
  policy: DeletedAccounts,
  act: { by: UserRecord['number']; nowMs: number },
) => ({ ...act, user: number, tombstone: tombstoneOf(number), eraseMessages: policy === 'erase' });

export const ownerStays = () =>
  new SottoError(
    ErrorCode.PERMISSION_DENIED,
    "the server's owner: make somebody else the owner first (sotto admin owner NAME)",
  );
