/** What accounts need from storage. Hashes are SHA-256; no secret is stored as it is. */
import type { DeviceNumber, SessionId, UserNumber, UserUuid } from '@sotto/model';
import type { Act } from './act.ts';
import type { ProfileStore } from './profile-store.ts';
import type { FactorUse, SecurityStore } from './security-store.ts';
import type { StandingStore } from './standing-store.ts';

export interface UserRecord {
  number: UserNumber;
  uuid: UserUuid;
  /** As the user writes it. */
  name: string;
  /** A language model speaks for it; nobody logs in to it. */
  assistant: boolean;
  /** The first account of the server that is no assistant, until somebody else is made the owner. */
  owner: boolean;
  /** Administers the server; its owner does anyway. */
  administrator: boolean;
  /** 0, or since when nobody may log in to it. */
  suspendedMs: number;
  /** 0, or when the account was deleted; `name` stands for it. */
  deletedMs: number;
  /** Empty where it is the name. */
  displayName: string;
  createdMs: number;
  /** 0 when never seen. */
  lastSeenMs: number;
}

export interface NewUser {
  uuid: UserUuid;
  name: string;
  /** Name as compared (case-folded); unique. */
  nameKey: string;
  /** Name as the eye confuses it; unique. */
  nameSkeleton: string;
  /** OPAQUE registration record. */
  registrationRecord: Uint8Array;
  /** As in RegisterFinish; absent or empty where the client gave none. */
  sealedBackupKey?: Uint8Array;
  createdMs: number;
  /** Uses up one use of this invite code in the same commit. */
  inviteHash?: Uint8Array;
}

export type CreateUserResult =
  /** The first user of all, assistants aside, is the owner. The user's cursor in the lobby starts at its head. */
  { kind: 'created'; user: UserRecord } | { kind: 'nameTaken' } | { kind: 'inviteInvalid' };

export interface SessionRecord {
  id: SessionId;
  user: UserNumber;
  device: DeviceNumber;
  /** Ed25519 public key, 32 bytes. */
  deviceKey: Uint8Array;
  deviceName: string;
  agent: string;
  /** Raised by each takeover. */
  generation: number;
  createdMs: number;
  lastSeenMs: number;
  /** 0 while the session lives. */
  revokedMs: number;
  /** The API token it was begun with, and what that allows; undefined for a password. */
  token: { id: number; scopes: readonly string[] } | undefined;
}

export interface NewSession {
  id: SessionId;
  user: UserNumber;
  deviceKey: Uint8Array;
  deviceName: string;
  agent: string;
  tokenHash: Uint8Array;
  nowMs: number;
  /** What the log-in rests on: it must hold still when the session begins. */
  rests?: {
    /** The record that a password was proved against. */
    registrationRecord?: Uint8Array;
    /** Used up by this session. */
    factor?: FactorUse;
    /** The API token that stood for the password. */
    apiToken?: number;
  };
}

export type StartSessionResult =
  | { kind: 'started'; session: SessionRecord }
  /** Nothing was done: the account is suspended or deleted, the password was changed, the code used, the API token revoked meanwhile. */
  | { kind: 'suspended' | 'deleted' | 'passwordChanged' | 'factorUsed' | 'tokenGone' };

/** A takeover: `usedHash` (current or previous) becomes the previous token, `newHash` the current one. */
export interface Rotation {
  id: SessionId;
  usedHash: Uint8Array;
  newHash: Uint8Array;
  /** What the session's generation becomes; 0 names the next one. */
  generation: number;
  nowMs: number;
}

export type RotationResult =
  | { kind: 'rotated'; session: SessionRecord }
  /** `usedHash` is no token of the session any more. */
  | { kind: 'tokenUnknown' }
  /** Revoked, or in the last generation there is. */
  | { kind: 'ended' }
  /** The session is in the named generation already, or beyond it. */
  | { kind: 'takenOver' }
  /** The named generation is more than GENERATION_STEP_MAX above the present one. */
  | { kind: 'tooFar' };

export interface Invite {
  codeHash: Uint8Array;
  usesLeft: number;
  expiresMs: number;
  createdMs: number;
}

/** With what administrators see beside it. */
export interface AccountRecord extends UserRecord {
  suspendReason: string;
  secondFactor: boolean;
}

export interface WantedAccounts {
  /** Those above it. */
  after: UserNumber;
  limit: number;
  /** A part of the name or of the display name, in any case; empty for all. */
  query: string;
  which: 'all' | 'suspended' | 'administrators';
}

export interface ThrottleRecord {
  failures: number;
  /** Attempts before this time are refused. */
  notBeforeMs: number;
  updatedMs: number;
}

export interface AccountStore extends SecurityStore, StandingStore, ProfileStore {
  createUser(user: NewUser): Promise<CreateUserResult>;
  /** Neither deleted ones nor assistants count. */
  userCount(): Promise<number>;
  userByNumber(number: UserNumber): Promise<UserRecord | undefined>;
  userByUuid(uuid: UserUuid): Promise<UserRecord | undefined>;
  /** Deleted accounts are called by no name. */
  userByNameKey(nameKey: string): Promise<UserRecord | undefined>;
  /** Those that exist, in any order. */
  usersByNumbers(numbers: readonly UserNumber[]): Promise<readonly UserRecord[]>;
  usersByUuids(uuids: readonly UserUuid[]): Promise<readonly UserRecord[]>;
  usersByNameKeys(nameKeys: readonly string[]): Promise<readonly UserRecord[]>;
  /** Whether a name with this key or skeleton exists, or a display name that looks like it; those of deleted accounts stay taken. */
  nameTaken(nameKey: string, nameSkeleton: string): Promise<boolean>;
  registrationRecord(user: UserNumber): Promise<Uint8Array | undefined>;
  /** Ascending by number, those above `after`; none that are deleted. */
  users(after: UserNumber, limit: number): Promise<readonly UserRecord[]>;
  /** Ascending by number; none that are deleted. */
  accounts(wanted: WantedAccounts): Promise<readonly AccountRecord[]>;
  account(user: UserNumber): Promise<AccountRecord | undefined>;
  saveLastSeen(seen: readonly { user: UserNumber; atMs: number }[]): Promise<void>;

  /** Whether it ever logged in with the password: an API token makes no device known [THROTTLE-4]. */
  deviceKnown(user: UserNumber, deviceKey: Uint8Array): Promise<boolean>;
  /** Makes the device where its key is new to the user; ends the device's earlier sessions. Generation 1. */
  startSession(session: NewSession): Promise<StartSessionResult>;
  /** By the hash of its current or its previous token; revoked ones too. */
  sessionByToken(tokenHash: Uint8Array): Promise<SessionRecord | undefined>;
  /** Takes the session over: all of the rotation, or nothing. */
  rotateSession(rotation: Rotation): Promise<RotationResult>;
  /** Ends a session for ever; true when it was alive. */
  revokeSession(id: SessionId, nowMs: number): Promise<boolean>;
  /** Sessions revoked at or after `sinceMs`. */
  revokedSince(sinceMs: number): Promise<readonly SessionId[]>;
  /** Living sessions of one user, or of all, newest first. */
  sessions(user: UserNumber | undefined, limit: number): Promise<readonly SessionRecord[]>;

  createInvite(invite: Invite, act: Act): Promise<void>;
  /** Those that can be used, the newest first. */
  invites(nowMs: number, limit: number): Promise<readonly Invite[]>;
  /** False where there is none. */
  revokeInvite(codeHash: Uint8Array, act: Act): Promise<boolean>;
  inviteUsable(codeHash: Uint8Array, nowMs: number): Promise<boolean>;

  throttle(key: string): Promise<ThrottleRecord | undefined>;
  saveThrottle(key: string, record: ThrottleRecord): Promise<void>;
  /** Forgets records not touched since `beforeMs`. */
  dropThrottles(beforeMs: number): Promise<void>;
}
