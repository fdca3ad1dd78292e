/** What administrators of the server see and do. What is refused to anyone else rejects with PERMISSION_DENIED. */
import type { RoomKind, RoomNumber, UserNumber } from '@sotto/model';
import type { Device } from './account.ts';
import type { HelloReport } from './connection.ts';
import type { Person, Recipient } from './people.ts';
import type { AuditOptions, AuditPage } from './rooms.ts';

/** An account as administrators see it. */
export interface Account {
  person: Person;
  createdAt: Date;
  online: boolean;
  /** undefined where it was never seen. */
  lastSeen: Date | undefined;
  /** undefined where it may log in. */
  suspended: { since: Date; reason: string } | undefined;
  secondFactor: boolean;
}

export interface AccountsOptions {
  /** Those with a greater number. */
  after?: UserNumber;
  /** 50 by default, at most 200. */
  limit?: number;
  /** A part of the name or of what is shown. */
  query?: string;
  which?: 'all' | 'suspended' | 'administrators';
}

/** Ascending by number. */
export interface AccountsPage {
  accounts: readonly Account[];
  hasMore: boolean;
}

export interface AccountDetails extends Account {
  /** The latest first. */
  sessions: readonly AccountSession[];
  /** What its files take. */
  fileBytes: number;
}

export interface AccountSession {
  device: Device;
  /** How and from where it is connected now. */
  connected: { transport: string; address: string } | undefined;
}

/** Told here and never again. */
export interface IssuedCode {
  code: string;
  expiresAt: Date;
}

export interface RegistrationInvite {
  /** Not the code: that cannot be told again. */
  id: Uint8Array;
  usesLeft: number;
  createdAt: Date;
  expiresAt: Date;
}

/** Codes that make accounts where registration is by invitation. */
export interface RegistrationInvites {
  /** Once and for a week where nothing else is said. */
  create(options?: { uses?: number; lifetimeMs?: number }): Promise<IssuedCode>;
  /** Those that can be used, the newest first, and who may register now. */
  list(): Promise<{
    invites: readonly RegistrationInvite[];
    registration: HelloReport['registration'];
  }>;
  revoke(id: Uint8Array): Promise<void>;
}

export interface ServerRoomsOptions {
  /** Those with a greater number. */
  after?: RoomNumber;
  /** 50 by default, at most 200. */
  limit?: number;
  /** A part of the name; finds no private rooms. */
  query?: string;
}

/** Ascending by number; no direct rooms. */
export interface ServerRoomsPage {
  rooms: readonly ServerRoom[];
  hasMore: boolean;
}

/** How large a room is; nothing of what is said there. */
export interface ServerRoom {
  number: RoomNumber;
  kind: RoomKind;
  /** undefined for private rooms. */
  name: string | undefined;
  members: number;
  createdAt: Date;
  archived: boolean;
  /** undefined: for ever. */
  retentionDays: number | undefined;
  /** Messages and other events that are kept. */
  events: number;
  fileBytes: number;
}

/** What was refused for being too much, since the server started. */
export interface Limited {
  /** "account messages", "source connections". */
  limit: string;
  /** A user's name, a room's name, or a source prefix. */
  who: string;
  count: number;
  last: Date;
}

export interface Limit {
  /** As in `Limited`. */
  limit: string;
  /** What comes back; undefined where `most` is how many there may be at a time. */
  perSecond: number | undefined;
  most: number;
}

/** How the node is that answered. Sums are since it started. */
export interface Health {
  /** "sotto/1.0.0" */
  agent: string;
  /** "Bun 1.4.5 on linux x64" */
  runtime: string;
  startedAt: Date;
  /** By the server's clock. */
  at: Date;
  transports: readonly TransportHealth[];
  usersOnline: number;
  accounts: number;
  /** Requests that wait for their answer. */
  requests: number;
  log: {
    events: number;
    commits: number;
    waiting: number;
    waitingBytes: number;
    /** Streams that somebody follows, and what memory holds of them. */
    streams: number;
    memoryBytes: number;
  };
  storage: { databaseBytes: number; fileBytes: number; freeBytes: number };
  answers: { writing: number; waiting: number };
  memoryBytes: number;
  processorMs: number;
  refused: number;
}

export interface TransportHealth {
  transport: string;
  port: number;
  connections: number;
  /** Those of them that are logged in. */
  sessions: number;
  /** What waits to be sent. */
  bufferedBytes: number;
}

/** For administrators of the server. What asks for the password is theirs, and rejects with LOGIN_FAILED where it is wrong. */
export interface Administration {
  readonly invites: RegistrationInvites;
  accounts(options?: AccountsOptions): Promise<AccountsPage>;
  account(user: Recipient): Promise<AccountDetails>;
  /** Ends all sessions; nobody logs in to the account until it is restored. */
  suspend(user: Recipient, reason?: string): Promise<void>;
  restore(user: Recipient): Promise<void>;
  /** An administrator of the server; only by its owner. */
  appoint(user: Recipient, password: string): Promise<void>;
  /** An ordinary user again; only by the server's owner. */
  dismiss(user: Recipient): Promise<void>;
  /** Whoever knows the password logs in again. */
  endSessions(user: Recipient): Promise<void>;
  resetSecondFactor(user: Recipient, password: string): Promise<void>;
  /** A code with which its user registers under their name again, with a new password: good once, and for a day where nothing else is said. */
  recover(
    user: Recipient,
    password: string,
    options?: { keepSecondFactor?: boolean; lifetimeMs?: number },
  ): Promise<IssuedCode>;
  /** For good. */
  deleteAccount(user: Recipient, password: string): Promise<void>;
  rooms(options?: ServerRoomsOptions): Promise<ServerRoomsPage>;
  /** The latest first. */
  limited(): Promise<readonly Limited[]>;
  /** Those that are on. */
  limits(): Promise<readonly Limit[]>;
  health(): Promise<Health>;
  audit(options?: AuditOptions): Promise<AuditPage>;
}
