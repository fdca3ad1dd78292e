/** What `sotto admin` does with accounts and rooms. A running server notices by itself within two seconds. */
import { SERVER_SENDER, type SessionId, type UserNumber } from '@sotto/model';
import type { Clock, Random } from '@sotto/protocol';
import { Invites } from '../accounts/invites.ts';
import type { DeletedAccounts } from '../accounts/policy.ts';
import type { RecoveryTerms } from '../accounts/recovery.ts';
import { Sessions } from '../accounts/sessions.ts';
import type { AccountStore, Invite, SessionRecord, UserRecord } from '../accounts/store.ts';
import type { TokenTerms } from '../accounts/tokens.ts';
import { Users } from '../accounts/users.ts';
import type { AssistantStore } from '../assistants/store.ts';
import type { AuditFilter, AuditRecord, RoomRecord, RoomStore } from '../rooms/store.ts';
import { accountActs } from './account-acts.ts';
import { type AssistantActs, assistantActs } from './assistants.ts';
import { roomViews } from './room-views.ts';

/** Sessions shown at once. */
const SESSIONS_MAX = 1_000;
const PAGE = 200;

export interface Admin extends AccountActs, RoomViews, AssistantActs {
  /** Ascending by number. */
  users(): AsyncIterable<UserRecord>;
  /** By number, UUID or name; none that are deleted. */
  findUser(text: string): Promise<UserRecord | undefined>;
  /** Living sessions of one user, or of all, newest first. */
  sessions(user: UserRecord | undefined): Promise<readonly SessionRecord[]>;
  /** Ends a session for ever; true when it was alive. */
  revoke(session: string): Promise<boolean>;
  /** The code, which is shown once: only its hash is stored. */
  invite(terms: { uses: number; lifetimeMs: number }): Promise<string>;
  /** Those that can be used, the newest first. */
  invites(): Promise<readonly Invite[]>;
  /** Throws NOT_FOUND. */
  revokeInvite(invite: Pick<Invite, 'codeHash'>): Promise<void>;
}

/** Each is in the audit log as done by the server. They throw SottoError where an account is not to be treated so. */
export interface AccountActs {
  hasSecondFactor(user: UserRecord): Promise<boolean>;
  /** A code that sets a new password; shown once. */
  recover(user: UserRecord, terms: RecoveryTerms): Promise<string>;
  suspend(user: UserRecord, reason: string): Promise<void>;
  restore(user: UserRecord): Promise<void>;
  setAdministrator(user: UserRecord, on: boolean): Promise<void>;
  /** In place of the present owner. */
  setOwner(user: UserRecord): Promise<void>;
  /** The token, shown once. */
  token(user: UserRecord, terms: TokenTerms): Promise<string>;
  /** True where there was one. */
  resetSecondFactor(user: UserRecord): Promise<boolean>;
  /** A running server, or the next that runs, does what is left to do. */
  deleteAccount(user: UserRecord, policy: DeletedAccounts): Promise<void>;
}

export interface RoomViews {
  /** All but direct ones, ascending, with how many are in them. */
  rooms(): AsyncIterable<{ room: RoomRecord; members: number }>;
  /** By number or name. */
  findRoom(text: string): Promise<RoomRecord | undefined>;
  /** Of a room, or of the whole server; the newest first. */
  audit(room: RoomRecord | undefined, filter?: AuditFilter): Promise<readonly AuditRecord[]>;
}

export interface AdminWorld {
  accounts: AccountStore;
  rooms: RoomStore;
  assistants: AssistantStore;
  clock: Clock;
  random: Random;
}

export function createAdmin(world: AdminWorld): Admin {
  // Nothing here polls or writes later, so nothing fails later.
  const parts = { ...world, store: world.accounts, onFailure: () => {} };
  const users = new Users(parts);
  const sessions = new Sessions(parts);
  const invites = new Invites(parts);
  return {
    ...accountActs(world),
    ...roomViews(world),
    ...assistantActs(world),
    users: () => allUsers(users),
    findUser: (text) => findUser(users, text),
    sessions: (user) => sessions.list(user?.number, SESSIONS_MAX),
    revoke: (session) => sessions.end(session as SessionId),
    invite: (terms) => invites.create(terms, SERVER_SENDER),
    invites: () => invites.list(),
    revokeInvite: ({ codeHash }) => invites.revoke(codeHash, SERVER_SENDER),
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
  const user = await lookUp(users, text);
  return user !== undefined && user.deletedMs === 0 ? user : undefined;
}

async function lookUp(users: Users, text: string): Promise<UserRecord | undefined> {
  if (/^\d+$/.test(text)) return users.byNumber(Number(text) as UserNumber);
  const byUuid = await users.find({ reference: { case: 'uuid', value: text.toLowerCase() } });
  return byUuid ?? users.byName(text);
}
