import {
  LOBBY,
  roomStream,
  SERVER_DEVICE,
  type Sequence,
  type UserNumber,
  type UserUuid,
} from '@sotto/model';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { AccountStore, CreateUserResult, NewUser, UserRecord } from '../../accounts/store.ts';
import { chunks, nextNumber, type SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';
import { useInvite } from './invites.ts';

/** Of an account that was just made. */
export const NOTHING_YET = {
  administrator: false,
  suspendedMs: 0,
  deletedMs: 0,
  displayName: '',
  lastSeenMs: 0,
} as const;
/** Values of one look-up. */
const LOOK_UP_MAX = 256;

export function createUser({ db }: SqlDatabase, user: NewUser): Promise<CreateUserResult> {
  return db.transaction().execute(async (transaction): Promise<CreateUserResult> => {
    // Refusals come before the first write, since returning one commits.
    if (await nameTaken(transaction, user.nameKey, user.nameSkeleton)) return { kind: 'nameTaken' };
    if (user.inviteHash !== undefined && !(await useInvite(transaction, user.inviteHash, user.createdMs))) {
      return { kind: 'inviteInvalid' };
    }
    const number = (await nextNumber(transaction, 'user')) as UserNumber;
    const owner = !(await hasPeople(transaction));
    await insertUser(transaction, number, { ...user, owner, assistant: false });
    await startInLobby(transaction, number);
    const { uuid, name, createdMs } = user;
    return {
      kind: 'created',
      user: { ...NOTHING_YET, number, uuid, name, owner, assistant: false, createdMs },
    };
  });
}

/** Whether there ever was an account that is no assistant. */
async function hasPeople(transaction: Transaction<Tables>): Promise<boolean> {
  const row = await transaction
    .selectFrom('users')
    .select('number')
    .where('assistant', '=', 0)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

type InsertedUser = Omit<NewUser, 'inviteHash'> & Pick<UserRecord, 'owner' | 'assistant'>;

export async function insertUser(
  transaction: Transaction<Tables>,
  number: UserNumber,
  user: InsertedUser,
): Promise<void> {
  await transaction
    .insertInto('users')
    .values({
      number,
      uuid: user.uuid,
      name: user.name,
      name_key: user.nameKey,
      name_skeleton: user.nameSkeleton,
      owner: user.owner ? 1 : 0,
      registration_record: user.registrationRecord,
      created_ms: user.createdMs,
      administrator: 0,
      suspended_ms: 0,
      deleted_ms: 0,
      sealed_backup_key: user.sealedBackupKey?.length ? user.sealedBackupKey : null,
      suspend_reason: '',
      changed_ms: 0,
      must_leave: 0,
      must_erase: 0,
      assistant: user.assistant ? 1 : 0,
    })
    .execute();
}

export async function startInLobby(transaction: Transaction<Tables>, user: UserNumber): Promise<void> {
  const stream = roomStream(LOBBY);
  const row = await transaction
    .selectFrom('streams')
    .select('head')
    .where('stream', '=', stream)
    .executeTakeFirst();
  const head = row?.head ?? (0 as Sequence);
  await transaction
    .insertInto('progress')
    .values({ stream, user, device: SERVER_DEVICE, delivered: head, read_to: head })
    .execute();
}

export async function nameTaken(db: Kysely<Tables>, nameKey: string, nameSkeleton: string): Promise<boolean> {
  const row = await db
    .selectFrom('users')
    .select('number')
    .where((column) =>
      column.or([column('name_key', '=', nameKey), column('name_skeleton', '=', nameSkeleton)]),
    )
    .executeTakeFirst();
  if (row !== undefined) return true;
  const shown = await db
    .selectFrom('profiles')
    .select('user')
    .where('display_skeleton', '=', nameSkeleton)
    .executeTakeFirst();
  return shown !== undefined;
}

/** Without those that are deleted. */
export async function accountCount(db: Kysely<Tables>, of: 'all' | 'people'): Promise<number> {
  const row = await db
    .selectFrom('users')
    .select((column) => column.fn.countAll<number>().as('count'))
    .where('deleted_ms', '=', 0)
    .$if(of === 'people', (query) => query.where('assistant', '=', 0))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export async function userByNumber(
  database: SqlDatabase,
  number: UserNumber,
): Promise<UserRecord | undefined> {
  const row = await userRows(database).where('number', '=', number).executeTakeFirst();
  return row && toUser(row);
}

export async function userByUuid(database: SqlDatabase, uuid: UserUuid): Promise<UserRecord | undefined> {
  const row = await userRows(database).where('uuid', '=', uuid).executeTakeFirst();
  return row && toUser(row);
}

export async function userByNameKey(database: SqlDatabase, nameKey: string): Promise<UserRecord | undefined> {
  const row = await userRows(database)
    .where('name_key', '=', nameKey)
    .where('deleted_ms', '=', 0)
    .executeTakeFirst();
  return row && toUser(row);
}

/** Those whose `column`, a unique one, has one of `values`; deleted ones are called by no name. */
export async function usersBy<Column extends 'number' | 'uuid' | 'name_key'>(
  database: SqlDatabase,
  column: Column,
  values: readonly Tables['users'][Column][],
): Promise<readonly UserRecord[]> {
  const found: UserRecord[] = [];
  for (const some of chunks(values, LOOK_UP_MAX)) {
    const rows = await userRows(database)
      .$if(column === 'name_key', (query) => query.where('deleted_ms', '=', 0))
      .where(sql<boolean>`${sql.ref(`users.${column}`)} in (${sql.join(filled(some, LOOK_UP_MAX))})`)
      .execute();
    found.push(...rows.map(toUser));
  }
  return found;
}

/** Repeats the last value, so that look-ups of few sizes share few prepared statements. */
function filled<T>(values: readonly T[], most: number): readonly T[] {
  const size = Math.min(most, 2 ** Math.ceil(Math.log2(values.length)));
  return [...values, ...Array.from({ length: size - values.length }, () => values.at(-1) as T)];
}

export async function users(
  database: SqlDatabase,
  after: UserNumber,
  limit: number,
): Promise<readonly UserRecord[]> {
  const rows = await userRows(database)
    .where('users.number', '>', after)
    .where('deleted_ms', '=', 0)
    .orderBy('users.number')
    .limit(limit)
    .execute();
  return rows.map(toUser);
}

export async function registrationRecord(
  { db }: SqlDatabase,
  user: UserNumber,
): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('users')
    .select('registration_record')
    .where('number', '=', user)
    .where('deleted_ms', '=', 0)
    .executeTakeFirst();
  return row?.registration_record;
}

export async function saveLastSeen(
  { db, capabilities }: SqlDatabase,
  seen: Parameters<AccountStore['saveLastSeen']>[0],
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const rows of chunks(seen, capabilities.insertRowsMax)) {
      await transaction
        .insertInto('last_seen')
        .values(rows.map(({ user, atMs }) => ({ user, at_ms: atMs })))
        .modifyEnd(capabilities.onExisting('last_seen', ['user'], ['at_ms'], 'larger'))
        .execute();
    }
  });
}

export const userRows = ({ db }: SqlDatabase) =>
  db
    .selectFrom('users')
    .leftJoin('last_seen', 'last_seen.user', 'users.number')
    .leftJoin('profiles', 'profiles.user', 'users.number')
    .select([
      'number',
      'uuid',
      'name',
      'owner',
      'assistant',
      'administrator',
      'suspended_ms',
      'deleted_ms',
      'users.created_ms',
      'at_ms',
      'display_name',
    ]);

type UserRow = Awaited<ReturnType<ReturnType<typeof userRows>['execute']>>[number];

export const toUser = (row: UserRow): UserRecord => ({
  number: row.number,
  uuid: row.uuid,
  name: row.name,
  owner: row.owner === 1,
  assistant: row.assistant === 1,
  administrator: row.administrator === 1,
  suspendedMs: row.suspended_ms,
  deletedMs: row.deleted_ms,
  displayName: row.display_name ?? '',
  createdMs: row.created_ms,
  lastSeenMs: row.at_ms ?? 0,
});
