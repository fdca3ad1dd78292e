/** What an earlier version's database holds is there after the upgrade. */
import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOBBY, type RoomNumber, roomStream, type UserNumber } from '@sotto/model';
import { Kysely, type RawBuilder, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { openStore } from '../open.ts';
import { SQLITE_CAPABILITIES } from '../sqlite/capabilities.ts';
import { sqliteDialect } from '../sqlite/dialect.ts';
import { ConnectionGate } from '../sqlite/gate.ts';
import { LocalPort } from '../sqlite/local-port.ts';
import type { Tables } from '../tables.ts';
import { newUser } from '../testing/fixtures.ts';
import { migrations } from './index.ts';

const uuid = () => 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';

/** A database with the first `count` migrations, and these rows in it. */
async function earlier(path: string, count: number, rows: readonly RawBuilder<unknown>[]): Promise<void> {
  const port = new LocalPort({ path, shared: false });
  const db = new Kysely<Tables>({ dialect: sqliteDialect(port, new ConnectionGate()) });
  const all = migrations({ capabilities: SQLITE_CAPABILITIES, uuid });
  const first = Object.fromEntries(Object.entries(all).sort().slice(0, count));
  await new Migrator({ db, provider: { getMigrations: async () => first } }).migrateToLatest();
  for (const row of rows) await row.execute(db);
  await port.close();
}

/** Of the first version: a user, a session, a room of hers and a message in it. */
const FOUNDATION = [
  sql`insert into users values (1, 'u-1', 'Ann', 'ann', 'ann', 1, x'01', 5)`,
  sql`insert into devices values (1, 1, x'02', 'laptop', 5)`,
  sql`insert into sessions values ('s-1', 1, 1, 'agent', 1, x'03', null, 5, 5, 0)`,
  sql`insert into rooms values (2, ${roomStream(2 as never)}, 'private', 0, 'tea', 'tea', null, null, 6)`,
  sql`insert into room_members values (2, 1, 'owner', 6)`,
  sql`insert into streams values (8, 1, 1, 0)`,
  sql`insert into events values (8, 1, 1, 1, 1, 7, 0, 1, x'04', null)`,
  sql`insert into event_contents values (8, 1, x'05', x'06')`,
  sql`update numbers set last = 1 where name in ('user', 'device')`,
  sql`update numbers set last = 2 where name = 'room'`,
];

/** Of the version before assistants: an owner who is not the first account, and a room with settings of its own. */
const BEFORE_ASSISTANTS = [
  sql`insert into users (number, uuid, name, name_key, name_skeleton, owner, registration_record, created_ms)
    values (1, 'u-1', 'Ann', 'ann', 'ann', 0, x'01', 5), (2, 'u-2', 'Bob', 'bob', 'bob', 1, x'01', 5)`,
  sql`insert into rooms (number, stream, kind, listed, name, name_key, created_ms, topic, history)
    values (2, ${roomStream(2 as never)}, 'private', 0, 'tea', 'tea', 6, 'leaves', 'sinceJoined')`,
  sql`update numbers set last = 2 where name in ('user', 'room')`,
];

test('O1: accounts, sessions, rooms and messages of the first version are there after the upgrade', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-upgrade-'));
  try {
    const path = join(directory, 'sotto.db');
    await earlier(path, 1, FOUNDATION);
    const { accounts, rooms, events, close } = await openStore({ url: path, inThread: true, uuid });
    const ann = 1 as UserNumber;
    expect(await accounts.userByNumber(ann)).toMatchObject({
      name: 'Ann',
      assistant: false,
      owner: true,
      administrator: false,
      suspendedMs: 0,
      deletedMs: 0,
      displayName: '',
    });
    expect(await accounts.sessions(ann, 5)).toMatchObject([{ id: 's-1', token: undefined }]);
    expect(await accounts.secondFactor(ann)).toBeUndefined();
    expect(await accounts.sealedBackupKey(ann)).toHaveLength(0);
    const memberships = await rooms.memberships(ann);
    expect(memberships.map(({ room, role }) => [room.name, role])).toEqual([
      ['lobby', expect.any(String)],
      ['tea', 'owner'],
    ]);
    expect(memberships[1]?.room.settings).toMatchObject({ topic: '', archived: false, retentionDays: 0 });
    expect(await events.read(8 as never, 0 as never, 5)).toMatchObject([
      { sequence: 1, thread: 0, countsUnread: true, content: Uint8Array.of(6) },
    ]);
    expect(await rooms.room(LOBBY)).toMatchObject({ kind: 'lobby' });
    await close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('I1: accounts that were there are people, and rooms let assistants answer, after the upgrade', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-upgrade-'));
  try {
    const path = join(directory, 'sotto.db');
    await earlier(path, 5, BEFORE_ASSISTANTS);
    const { accounts, rooms, assistants, close } = await openStore({ url: path, inThread: true, uuid });
    const [ann, bob] = await accounts.usersByNumbers([1 as UserNumber, 2 as UserNumber]);
    expect([ann, bob]).toMatchObject([
      { name: 'Ann', assistant: false, owner: false },
      { name: 'Bob', assistant: false, owner: true },
    ]);
    expect((await rooms.room(2 as RoomNumber))?.settings).toMatchObject({
      topic: 'leaves',
      history: 'sinceJoined',
      assistants: 'allowed',
      assistantInstructions: '',
    });
    expect(await assistants.assistants()).toEqual([]);
    const cleo = await accounts.createUser(newUser('cleo'));
    expect(cleo).toMatchObject({ kind: 'created', user: { number: 3, owner: false } });
    expect(await accounts.userCount()).toBe(3);
    await close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
