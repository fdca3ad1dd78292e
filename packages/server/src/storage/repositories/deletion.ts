/** What goes with an account that is deleted, and what is still to do afterwards. */
import { inboxStream, type UserNumber } from '@sotto/model';
import { sql, type Transaction } from 'kysely';
import type { Deletion, StandingStore } from '../../accounts/standing-store.ts';
import type { SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { note } from './audit.ts';
import { giveUpUploads } from './files.ts';
import { dropFactor } from './security.ts';
import { toUser, userRows } from './users.ts';

type Deletions = Pick<
  StandingStore,
  'deleteAccount' | 'unfinishedDeletions' | 'finishDeletion' | 'roomNumbers' | 'writtenBy'
>;

export function deletionStore(database: SqlDatabase): Deletions {
  const { db } = database;
  return {
    deleteAccount: (deletion) =>
      db.transaction().execute(async (transaction) => {
        if (!(await entomb(transaction, deletion))) return false;
        await dropBelongings(transaction, deletion.user);
        await note(transaction, deletion.user, deletion, 'deleteAccount', '');
        return true;
      }),
    async unfinishedDeletions(after, limit) {
      const rows = await userRows(database)
        .select(['users.must_leave', 'users.must_erase'])
        .where('users.deleted_ms', '>', 0)
        .where('users.number', '>', after)
        .where((column) =>
          column.or([column('users.must_leave', '=', 1), column('users.must_erase', '=', 1)]),
        )
        .orderBy('users.number')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        user: toUser(row),
        mustLeave: row.must_leave === 1,
        mustErase: row.must_erase === 1,
      }));
    },
    finishDeletion: (user, done) =>
      db.transaction().execute(async (transaction) => {
        // What its connections handed over before they ended.
        await dropBelongings(transaction, user);
        await transaction
          .updateTable('users')
          .set(done === 'left' ? { must_leave: 0 } : { must_erase: 0 })
          .where('number', '=', user)
          .execute();
      }),
    async roomNumbers(after, limit) {
      const rows = await db
        .selectFrom('rooms')
        .select('number')
        .where('number', '>', after)
        .orderBy('number')
        .limit(limit)
        .execute();
      return rows.map((row) => row.number);
    },
    async writtenBy(user, stream, after, limit) {
      // By what was accepted of the user there, which is in the order of the sender.
      const rows = await db
        .selectFrom('accepted_messages')
        .innerJoin('event_contents', (join) =>
          join
            .onRef('event_contents.stream', '=', 'accepted_messages.stream')
            .onRef('event_contents.sequence', '=', 'accepted_messages.sequence'),
        )
        .select('accepted_messages.sequence')
        .where('accepted_messages.stream', '=', stream)
        .where('accepted_messages.sender', '=', user)
        .where('accepted_messages.sequence', '>', after)
        .orderBy('accepted_messages.sequence')
        .limit(limit)
        .execute();
      return rows.map((row) => row.sequence);
    },
  };
}

/** The old name's key and skeleton stay, so that nobody takes it. */
async function entomb(
  transaction: Transaction<Tables>,
  { user, tombstone, eraseMessages, nowMs }: Deletion,
): Promise<boolean> {
  const result = await transaction
    .updateTable('users')
    .set({
      name: tombstone,
      registration_record: new Uint8Array(0),
      sealed_backup_key: null,
      administrator: 0,
      suspended_ms: 0,
      suspend_reason: '',
      deleted_ms: nowMs,
      changed_ms: nowMs,
      must_leave: 1,
      must_erase: eraseMessages ? 1 : 0,
    })
    .where('number', '=', user)
    .where('deleted_ms', '=', 0)
    .where('owner', '=', 0)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

const OWNED_BY_USER = [
  'sessions',
  'profiles',
  'account_settings',
  'api_tokens',
  'account_recoveries',
  'invitations',
  'last_seen',
  'assistants',
] as const;

async function dropBelongings(transaction: Transaction<Tables>, user: UserNumber): Promise<void> {
  for (const table of OWNED_BY_USER)
    await sql`delete from ${sql.table(table)} where ${sql.ref('user')} = ${user}`.execute(transaction);
  await transaction.deleteFrom('devices').where('user', '=', user).execute();
  await dropFactor(transaction, user);
  await giveUpUploads(transaction, user);
  await transaction.deleteFrom('event_contents').where('stream', '=', inboxStream(user)).execute();
}
