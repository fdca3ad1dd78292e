/** What `sotto admin` does with accounts. A running server notices a revoked session by itself within two seconds. */
import type { SessionId, UserNumber } from '@sotto/model';
import type { Clock, Random } from '@sotto/protocol';
import { Invites } from '../accounts/invites.ts';
import { Sessions } from '../accounts/sessions.ts';
import type { AccountStore, SessionRecord, UserRecord } from '../accounts/store.ts';
import { Users } from '../accounts/users.ts';

/** Sessions shown at once. */
const SESSIONS_MAX = 1_000;
const PAGE = 200;

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
}

export function createAdmin(world: { store: AccountStore; clock: Clock; random: Random }): Admin {
  // Nothing here polls or writes later, so nothing fails later.
  const parts = { ...world, onFailure: () => {} };
  const users = new Users(parts);
  const sessions = new Sessions(parts);
  const invites = new Invites(parts);
  return {
    users: () => allUsers(users),
    findUser: (text) => findUser(users, text),
    sessions: (user) => sessions.list(user?.number, SESSIONS_MAX),
    revoke: (session) => sessions.end(session as SessionId),
    invite: (terms) => invites.create(terms),
  };
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
