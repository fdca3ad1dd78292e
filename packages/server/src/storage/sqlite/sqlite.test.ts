import { Database } from 'bun:sqlite';
import { describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { migrateStore, type OpenStoreOptions, openStore } from '../open.ts';
import { storageContract } from '../testing/contract.suite.ts';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  createUsers,
  failure,
  messageId,
  newEvent,
  sequence,
  stream,
} from '../testing/fixtures.ts';
import { SqliteEngine } from './engine.ts';

const uuid = () => crypto.randomUUID();

/** Made once and copied: each new database would take longer than most of what is tested with it. */
let plain: Promise<Uint8Array> | undefined;

async function newDatabase(directory: string): Promise<void> {
  const path = join(directory, 'sotto.db');
  plain ??= (async () => {
    await (await openStore({ url: `sqlite:${path}`, inThread: true, uuid })).close();
    return await Bun.file(path).bytes();
  })();
  await Bun.write(path, await plain);
  tamper(path, `update log set incarnation = '${uuid()}'`);
}

const sqlite = (name: string, inThread: boolean): Backend => ({
  name,
  async create() {
    const directory = mkdtempSync(join(tmpdir(), 'sotto-storage-'));
    await newDatabase(directory);
    return {
      open: () => openStore({ url: `sqlite:${directory}/sotto.db`, inThread, uuid }),
      remove: async () => rmSync(directory, { recursive: true }),
    };
  },
});

storageContract(sqlite('SQLite in a worker', false));
storageContract(sqlite('SQLite in this thread', true));

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-storage-'));
  try {
    await run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Runs SQL on a database that no store has open, or beside one. */
function tamper(path: string, sql: string): void {
  const db = new Database(path, { readwrite: true, create: true });
  db.exec(sql);
  db.close();
}

const open = (url: string, of: Partial<OpenStoreOptions> = {}) =>
  openStore({ url, inThread: true, uuid, ...of });

describe('SQLite', () => {
  test('works in memory, in this thread and in a worker', async () => {
    for (const inThread of [true, false]) {
      const store = await open(':memory:', { inThread });
      expect((await appendOne(store, append([newEvent()]))).kind).toBe('appended');
      await store.close();
    }
  });

  test('the incarnation is what the opener hands in [LOG-9]', async () => {
    const store = await open(':memory:', { uuid: () => 'chosen' });
    expect(await store.events.incarnation()).toBe('chosen');
    await store.close();
  });

  test('erased content reads as empty, the envelope and the dedupe stay [LOG-4] [LOG-3]', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'sotto.db');
      const store = await open(path);
      const message = newEvent({ clientMessageId: messageId(1) });
      await appendOne(store, append([message, newEvent()]));
      tamper(path, 'delete from event_contents where sequence = 1');
      const [erased] = await store.events.read(stream(8), sequence(0), 1);
      const empty = new Uint8Array();
      expect(erased).toEqual({ ...message, sequence: sequence(1), salt: empty, content: empty });
      tamper(
        path,
        'delete from events where sequence = 1; update streams set first_kept = 2 where stream = 8',
      );
      expect((await appendOne(store, append([message]))).kind).toBe('duplicate');
      await store.close();
    }));

  test('after events are dropped the stream says where it starts, and goes on where it was [LOG-11]', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'sotto.db');
      const store = await open(path);
      await appendOne(store, append([newEvent(), newEvent()]));
      tamper(path, 'delete from events; update streams set first_kept = 3 where stream = 8');
      expect(await store.events.stream(stream(8))).toMatchObject({ head: 2, firstKept: 3 });
      expect(await appendOne(store, append([newEvent()]))).toMatchObject({ sequences: [3] });
      expect(await store.events.stream(stream(8))).toMatchObject({ head: 3, firstKept: 3 });
      await store.close();
    }));

  test('O1 the database is private to its user, side files too', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'made', 'here', 'sotto.db');
      const store = await open(path);
      const mode = (of: string) => statSync(of).mode & 0o777;
      expect(mode(dirname(path))).toBe(0o700);
      for (const suffix of ['', '-wal', '-shm', '.lock']) expect(mode(path + suffix)).toBe(0o600);
      await store.close();
    }));

  test('a full disk is a clear error, and nothing acknowledged is lost', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'sotto.db');
      await (await open(path)).close();
      const engine = new SqliteEngine({ path, shared: false });
      engine.execute('pragma max_page_count = 200', []);
      let acknowledged = 0;
      const fill = () => {
        for (;;) {
          engine.append([
            append([
              newEvent({ content: bytes(64, acknowledged) }),
              newEvent({ content: new Uint8Array(9_000) }),
            ]),
          ]);
          acknowledged += 2;
        }
      };
      expect(fill).toThrow(expect.objectContaining({ name: 'StorageError', code: 'full' }));
      engine.close();
      const store = await open(path);
      expect((await store.events.stream(stream(8))).head).toBe(sequence(acknowledged));
      expect(acknowledged).toBeGreaterThan(0);
      await store.close();
    }));
});

describe('opening SQLite', () => {
  const refused = async (url: string, code: string, of: Partial<OpenStoreOptions> = {}) =>
    expect(await failure(open(url, of))).toMatchObject({ name: 'StorageError', code });

  test('what is not a database, not there or not supported is named', () =>
    inDirectory(async (directory) => {
      const text = join(directory, 'notes.txt');
      writeFileSync(text, 'not a database '.repeat(100));
      const folder = join(directory, 'folder');
      mkdirSync(folder);
      for (const inThread of [true, false]) {
        await refused(text, 'notADatabase', { inThread });
        await refused(folder, 'noAccess', { inThread });
        await refused(join(directory, 'none.db'), 'missing', { inThread, shared: true });
      }
      await refused(join(text, 'sotto.db'), 'noAccess');
      await refused('sqlite:', 'unsupported');
      await refused('', 'unsupported');
    }));

  test('databases that are not available say so without showing a password', async () => {
    for (const url of ['postgres://sotto:secret@db/sotto', 'mysql://sotto:secret@db/sotto']) {
      await refused(url, 'unsupported');
      expect(String(await failure(open(url)))).not.toContain('secret');
    }
  });

  test('O1 a second server is refused; commands work beside the first; closing frees it', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'sotto.db');
      const server = await open(path, { inThread: false });
      await refused(path, 'inUse');
      await refused(path, 'inUse', { inThread: false });
      const command = await open(path, { shared: true });
      await createUsers(command, 'ann');
      expect(await server.accounts.userCount()).toBe(1);
      await command.close();
      await server.close();
      await (await open(path)).close();
    }));

  test('O1 migrating says what it applied, once; a newer or older schema is refused', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'sotto.db');
      expect(await migrateStore({ url: path, uuid })).toEqual([
        '0001-foundation',
        '0002-rooms',
        '0003-accounts',
        '0004-search',
        '0005-files',
        '0006-assistants',
      ]);
      expect(await migrateStore({ url: `sqlite:${path}`, inThread: true, uuid })).toEqual([]);
      tamper(path, `insert into kysely_migration values ('9999-later', 'then')`);
      await refused(path, 'schemaNewer');
      await refused(path, 'schemaNewer', { shared: true });
      expect(await failure(migrateStore({ url: path, uuid }))).toMatchObject({ code: 'schemaNewer' });
      tamper(path, 'delete from kysely_migration');
      await refused(path, 'schemaOlder', { shared: true });
    }));
});
