/** Suspending, appointing, and deleting accounts. */
import type { SessionId, UserNumber } from '@sotto/model';
import type { Transaction } from 'kysely';
import type { Act } from '../../accounts/act.ts';
import type { StandingStore } from '../../accounts/standing-store.ts';
import type { SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { note } from './audit.ts';
import { endSessions } from './security.ts';
import { usersBy } from './users.ts';

type Standing = Pick<
  StandingStore,
  | 'suspend'
  | 'restore'
  | 'suspendReason'
  | 'endSessions'
  | 'setAdministrator'
  | 'setOwner'
  | 'usersChangedSince'
>;

/** Changed at once by one poll; more come with the next change of theirs or with a new connection. */
const CHANGED_MAX = 1_000;

export function standingStore(database: SqlDatabase): Standing {
  const { db } = database;
  const within = <T>(work: (transaction: Transaction<Tables>) => Promise<T>) =>
    db.transaction().execute(work);
  return {
    suspend: (user, reason, act) =>
      within(async (transaction): Promise<readonly SessionId[]> => {
        const set = { suspended_ms: act.nowMs, suspend_reason: reason };
        if (!(await change(transaction, user, set, act))) return [];
        await note(transaction, user, act, 'suspend', reason);
        return endSessions(transaction, act.nowMs, { user });
      }),
    restore: (user, act) =>
      within(async (transaction) => {
        const set = { suspended_ms: 0, suspend_reason: '' };
        if (await change(transaction, user, set, act)) await note(transaction, user, act, 'restore', '');
      }),
    async suspendReason(user) {
      const row = await db
        .selectFrom('users')
        .select('suspend_reason')
        .where('number', '=', user)
        .executeTakeFirst();
      return row?.suspend_reason ?? '';
    },
    endSessions: (user, act) =>
      within(async (transaction): Promise<readonly SessionId[]> => {
        const ended = await endSessions(transaction, act.nowMs, { user });
        if (ended.length > 0) await note(transaction, user, act, 'endSessions', '');
        return ended;
      }),
    setAdministrator: (user, on, act) =>
      within(async (transaction) => {
        if (!(await change(transaction, user, { administrator: on ? 1 : 0 }, act))) return;
        if (on) await voidCodes(transaction, user);
        await note(transaction, user, act, on ? 'appoint' : 'dismiss', 'administrator');
      }),
    setOwner: (user, act) =>
      within(async (transaction) => {
        const before = await transaction
          .selectFrom('users')
          .select('number')
          .where('owner', '=', 1)
          .execute();
        for (const { number } of before) await change(transaction, number, { owner: 0 }, act);
        if (!(await change(transaction, user, { owner: 1 }, act))) return;
        await voidCodes(transaction, user);
        await note(transaction, user, act, 'appoint', 'owner');
      }),
    async usersChangedSince(sinceMs) {
      // Asked every second, and mostly in vain.
      const changed = await db
        .selectFrom('users')
        .select('number')
        .where('changed_ms', '>=', sinceMs)
        .orderBy('changed_ms', 'desc')
        .limit(CHANGED_MAX)
        .execute();
      return usersBy(
        database,
        'number',
        changed.map(({ number }) => number),
      );
    },
  };
}

/** Whoever has made one was above the account then, and is not any more [RECOVERY-1]. */
async function voidCodes(transaction: Transaction<Tables>, user: UserNumber): Promise<void> {
  await transaction.deleteFrom('account_recoveries').where('user', '=', user).execute();
}

/** False where there is no such account any more. */
async function change(
  transaction: Transaction<Tables>,
  user: UserNumber,
  set: Partial<Pick<Tables['users'], 'owner' | 'administrator' | 'suspended_ms' | 'suspend_reason'>>,
  { nowMs }: Act,
): Promise<boolean> {
  const result = await transaction
    .updateTable('users')
    .set({ ...set, changed_ms: nowMs })
    .where('number', '=', user)
    .where('deleted_ms', '=', 0)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
