/** What belongs to an account: profile, settings, devices, and what keeps it safe. */
import type { DeviceNumber, RoomNumber, Sequence, UserNumber } from '@sotto/model';
import type { Message } from './messages.ts';
import type { Profile, ProfileChanges, Recipient } from './people.ts';
import type { RoomName } from './rooms.ts';

/** Which messages of a room notify; 'default': all in direct rooms, mentions elsewhere. */
export type NotificationLevel = 'default' | 'all' | 'mentions' | 'nothing';

export interface Draft {
  room: RoomNumber;
  thread: Sequence | undefined;
  replyTo: Sequence | undefined;
  text: string;
}

/** One piece of an account's state, the same on all its devices. */
export type Setting =
  /** An empty text: there is no draft any more. */
  | { kind: 'draft'; draft: Draft }
  | { kind: 'notifications'; room: RoomNumber; level: NotificationLevel }
  | { kind: 'block'; user: UserNumber; blocked: boolean }
  /** undefined: off. */
  | { kind: 'doNotDisturb'; until: Date | undefined };

/** In memory since login, kept up to date by other devices; what is set counts here at once [SETTINGS-1]. */
export interface Settings {
  readonly drafts: Drafts;
  /** When do-not-disturb ends; undefined where it is off. */
  readonly doNotDisturbUntil: Date | undefined;
  readonly blocked: readonly UserNumber[];
  isBlocked(user: UserNumber): boolean;
  notificationLevel(room: RoomName): NotificationLevel;
  /** Whether the message is to be announced: by its room's level, mentions, blocks and do-not-disturb. */
  notifies(message: Message): boolean;
  setNotificationLevel(room: RoomName, level: NotificationLevel): Promise<void>;
  /** undefined: off. */
  setDoNotDisturb(until: Date | undefined): Promise<void>;
  block(user: Recipient): Promise<void>;
  unblock(user: Recipient): Promise<void>;
}

export interface DraftOptions {
  thread?: Sequence;
  replyTo?: Sequence;
}

/** Unsent texts, one a room and thread, the same on all devices [SETTINGS-2]. */
export interface Drafts {
  get(room: RoomName, options?: { thread?: Sequence }): Draft | undefined;
  list(): readonly Draft[];
  /** Counts here at once, is told to the server a second after the last change and at closing; '' removes it. */
  set(room: RoomName, text: string, options?: DraftOptions): void;
}

/** A device with a living session. */
export interface Device {
  number: DeviceNumber;
  name: string;
  /** Name and version of the program. */
  agent: string;
  createdAt: Date;
  lastSeen: Date | undefined;
  online: boolean;
  /** This one. */
  current: boolean;
  /** It logged in with the API token of this id; undefined for a password. */
  token: number | undefined;
}

export interface SecurityReport {
  secondFactor: boolean;
  recoveryCodesLeft: number;
  /** A sealed backup key is kept by the server. */
  backupKey: boolean;
}

/** TOTP (RFC 6238). */
export interface SecondFactor {
  /** Begins with a new secret; nothing changes before `confirm`. */
  enrol(password: string): Promise<{ uri: string; secret: string }>;
  /** Turns it on, with a code of the authenticator. Each recovery code works once; they are told here and never again. */
  confirm(code: string): Promise<readonly string[]>;
  disable(password: string): Promise<void>;
}

export type TokenScope = 'read' | 'write' | 'rooms' | 'moderate' | 'profile';

export interface ApiToken {
  id: number;
  name: string;
  scopes: readonly string[];
  createdAt: Date;
  lastUsed: Date | undefined;
  /** undefined: never. */
  expiresAt: Date | undefined;
}

/** API tokens: programs log in with them by `loginWithToken`. */
export interface Tokens {
  /** `token` is told here and never again. Without `lifetimeMs` it does not end. */
  create(options: {
    password: string;
    name: string;
    scopes: readonly TokenScope[];
    lifetimeMs?: number;
  }): Promise<ApiToken & { token: string }>;
  list(): Promise<readonly ApiToken[]>;
  /** Its sessions end at once. */
  revoke(id: number): Promise<void>;
}

/** What asks for the password rejects with LOGIN_FAILED where it is wrong. */
export interface AccountArea {
  readonly settings: Settings;
  readonly secondFactor: SecondFactor;
  readonly tokens: Tokens;
  /** One's own. */
  profile(): Promise<Profile>;
  /** Of those users that exist. */
  profiles(users: readonly UserNumber[]): Promise<readonly Profile[]>;
  setProfile(changes: ProfileChanges): Promise<Profile>;
  devices(): Promise<readonly Device[]>;
  renameDevice(device: DeviceNumber, name: string): Promise<void>;
  /** Ends its sessions, on live connections at once. */
  revokeDevice(device: DeviceNumber): Promise<void>;
  security(): Promise<SecurityReport>;
  /** All other sessions end. The backup key stays the same. */
  changePassword(passwords: { old: string; new: string }): Promise<void>;
  /** 32 bytes that only who knows the password has; undefined where the account has none [BACKUP-1]. */
  backupKey(password: string): Promise<Uint8Array | undefined>;
  /** For good. The client is closed then, and nothing of the account is kept here. */
  delete(password: string): Promise<void>;
}

export interface LoginAccount {
  name: string;
  password: string;
  /** Of the authenticator, or a recovery code, where the account asks for one. */
  code?: string;
  /** Asked for it where `code` is left out. */
  secondFactor?: () => Promise<string>;
}
