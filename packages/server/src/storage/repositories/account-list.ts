/** Accounts as administrators see them. */
import type { UserNumber } from '@sotto/model';
import { sql } from 'kysely';
import type { AccountRecord, WantedAccounts } from '../../accounts/store.ts';
import type { SqlDatabase } from '../database.ts';
import { containing } from './containing.ts';
import { toUser, userRows } from './users.ts';

export async function accounts(
  database: SqlDatabase,
  { after, limit, query, which }: WantedAccounts,
): Promise<readonly AccountRecord[]> {
  const rows = await accountRows(database)
    .where('users.number', '>', after)
    .where('deleted_ms', '=', 0)
    .$if(query !== '', (rows) => rows.where(isCalled(query)))
    .$if(which === 'suspended', (rows) => rows.where('suspended_ms', '>', 0))
    .$if(which === 'administrators', (rows) =>
      rows.where((column) => column.or([column('owner', '=', 1), column('administrator', '=', 1)])),
    )
    .orderBy('users.number')
    .limit(limit)
    .execute();
  return rows.map(toAccount);
}

export async function account(database: SqlDatabase, user: UserNumber): Promise<AccountRecord | undefined> {
  const row = await accountRows(database).where('users.number', '=', user).executeTakeFirst();
  return row && toAccount(row);
}

/** Names are kept folded beside themselves; in display names only letters of ASCII are found in any case. */
const isCalled = (query: string) =>
  sql<boolean>`(${containing('users.name_key', query.toLowerCase())} or ${containing('profiles.display_name', query)})`;

const accountRows = (database: SqlDatabase) =>
  userRows(database)
    .leftJoin('second_factors', 'second_factors.user', 'users.number')
    .select(['users.suspend_reason', 'second_factors.confirmed_ms']);

type AccountRow = Awaited<ReturnType<ReturnType<typeof accountRows>['execute']>>[number];

const toAccount = (row: AccountRow): AccountRecord => ({
  ...toUser(row),
  suspendReason: row.suspend_reason,
  secondFactor: (row.confirmed_ms ?? 0) > 0,
});
