/**
 * What `sotto admin` and `sotto db` do, on the database itself: beside a running server, or without one. A server
 * notices a revoked session by itself within two seconds.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SessionId, UserNumber } from '@sotto/model';
import { Invites } from '../accounts/invites.ts';
import { Sessions } from '../accounts/sessions.ts';
import type { SessionRecord, UserRecord } from '../accounts/store.ts';
import { Users } from '../accounts/users.ts';
import type { ServerConfig } from '../config.ts';
import { systemClock, systemRandom } from '../environment.ts';
import { StorageError } from '../storage/errors.ts';
import { migrateStore, openStore } from '../storage/open.ts';

type Database = ServerConfig['database'];

/** Sessions shown at once. */
const SESSIONS_MAX = 1_000;
const PAGE = 200;
/** The data directory holds the server's secrets. */
const DIRECTORY_MODE = 0o700;

export interface Admin {
  /** Ascending by number. */
  users(): AsyncIterable<UserRecord>;
  /** By number, UUID or name. */
  findUser(text: string): Promise<UserRecord | undefined>;
  /** Living sessions of one user, or of all, newest first. */
  sessions(user: UserRecord | undefined): Promise<readonly SessionRecord[]>;
  /** Ends a session for ever; true when it was alive. */
  revoke(session: string): Promise<boolean>;
  /** The code, which is shown once: only its hash is stored. */
  invite(terms: { uses: number; lifetimeMs: number }): Promise<string>;
  close(): Promise<void>;
}

/** Rejects with StorageError when there is no database of this version's schema. */
export async function openAdmin(database: Database): Promise<Admin> {
  const store = await openStore({ ...location(database), inThread: true, shared: true });
  // Background failures do not occur: nothing here polls or writes later.
  const parts = { store: store.accounts, clock: systemClock, random: systemRandom, onFailure: () => {} };
  const users = new Users(parts);
  const sessions = new Sessions(parts);
  const invites = new Invites(parts);
  return {
    users: () => allUsers(users),
    findUser: (text) => findUser(users, text),
    sessions: (user) => sessions.list(user?.number, SESSIONS_MAX),
    revoke: (session) => sessions.end(session as SessionId),
    invite: (terms) => invites.create(terms),
    close: () => store.close(),
  };
}

/** Makes the database and its directory where they are missing; returns the names of the migrations it applied. */
export async function initDatabase(database: Database): Promise<readonly string[]> {
  await mkdir(dirname(database.path), { recursive: true, mode: DIRECTORY_MODE });
  return migrateStore(location(database));
}

/** Brings an existing database to this version's schema; returns the names of the migrations it applied. */
export async function migrateDatabase(database: Database): Promise<readonly string[]> {
  const found = await stat(database.path).catch(() => undefined);
  if (found === undefined) throw new StorageError('missing', `there is no database at ${database.path}`);
  return migrateStore(location(database));
}

function location({ path }: Database): { url: string; uuid: () => string } {
  return { url: `sqlite:${path}`, uuid: randomUUID };
}

async function* allUsers(users: Users): AsyncGenerator<UserRecord> {
  for (let after = 0 as UserNumber; ; ) {
    const page = await users.page(after, PAGE);
    yield* page.users;
    const last = page.users.at(-1);
    if (last === undefined || !page.more) return;
    after = last.number;
  }
}

async function findUser(users: Users, text: string): Promise<UserRecord | undefined> {
  if (/^\d+$/.test(text)) return users.byNumber(Number(text) as UserNumber);
  const byUuid = await users.find({ reference: { case: 'uuid', value: text.toLowerCase() } });
  return byUuid ?? users.byName(text);
}
