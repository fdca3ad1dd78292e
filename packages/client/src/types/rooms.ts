/** Rooms, who is in them, and what is done to them. */
import type { AssistantAccess, HistoryAccess, RoomKind, RoomNumber, RoomRole, Sequence } from '@sotto/model';
import type { Person, PersonPresence, Recipient } from './people.ts';

/** A room's number or name, with or without "#". */
export type RoomName = RoomNumber | string;

export interface Room {
  number: RoomNumber;
  kind: RoomKind;
  /** Without "#"; for a direct room the other person's name. */
  name: string;
  /** Direct rooms: the other person. */
  peer: Person | undefined;
}

export interface JoinedRoom extends Room {
  role: RoomRole;
  head: Sequence;
  read: Sequence;
  /** Messages of others that this account has not read, counted up to UNREAD_MAX [COUNTS-1]. */
  unread: number;
  /** Those of them that mention this account. */
  mentions: number;
}

export interface ListedRoom extends Room {
  members: number;
  joined: boolean;
  topic: string;
  archived: boolean;
}

export interface CreateRoomOptions {
  /** Not listed; members add members. */
  private?: boolean;
  /** Only moderators and above write. */
  announcement?: boolean;
  topic?: string;
}

export interface RoomSettings {
  name: string;
  topic: string;
  kind: RoomKind;
  /** What a member below moderator waits between two messages; 0: nothing. */
  slowModeSeconds: number;
  /** Older messages are erased; 0: they are kept. */
  retentionDays: number;
  archived: boolean;
  history: HistoryAccess;
  /** What assistants that are members may do. */
  assistants: AssistantAccess;
  /** What they are to keep to here. */
  assistantInstructions: string;
}

/** What is present is changed. */
export type RoomChanges = Partial<RoomSettings>;

export interface RoomDetails {
  room: Room;
  settings: RoomSettings;
  members: number;
  createdAt: Date;
  /** What this account is there; undefined where it is no member. */
  role: RoomRole | undefined;
  /** When this account may write again; undefined where nothing is in the way. */
  mutedUntil: Date | undefined;
}

export interface RoomMember extends PersonPresence {
  role: RoomRole;
  /** undefined where the member may write. */
  mutedUntil: Date | undefined;
}

/** Somebody was asked into a room. */
export interface Invitation {
  room: Room;
  by: Person;
  at: Date;
}

export interface SanctionOptions {
  /** At most 200 characters. */
  reason?: string;
  /** Left out: for ever. */
  until?: Date;
}

/** Somebody is banned, muted, or both. */
export interface Sanction {
  person: Person;
  banned: boolean;
  muted: boolean;
  /** undefined: for ever. */
  until: Date | undefined;
  reason: string;
  by: Person;
  at: Date;
}

export interface AuditOptions {
  /** Entries with a smaller id. */
  before?: number;
  /** 50 by default, at most 200. */
  limit?: number;
  /** Only what they did, or what was done to them. */
  user?: Recipient;
  /** Only this one. */
  action?: string;
}

/** Newest first. */
export interface AuditPage {
  entries: readonly AuditEntry[];
  hasMore: boolean;
}

export interface AuditEntry {
  id: number;
  at: Date;
  /** The server itself where nobody did it. */
  actor: Person;
  target: Person | undefined;
  room: RoomNumber | undefined;
  /** "member.kicked", "room.changed", "message.deleted", "account.suspended". */
  action: string;
  detail: string;
}

/** What those who keep order in a room do. Each resolves when it is durable on the server. */
export interface Moderation {
  kick(room: RoomName, user: Recipient, reason?: string): Promise<void>;
  /** Also somebody who is no member. */
  ban(room: RoomName, user: Recipient, options?: SanctionOptions): Promise<void>;
  unban(room: RoomName, user: Recipient): Promise<void>;
  mute(room: RoomName, user: Recipient, options?: SanctionOptions): Promise<void>;
  unmute(room: RoomName, user: Recipient): Promise<void>;
  setRole(room: RoomName, user: Recipient, role: RoomRole): Promise<void>;
  /** Who is banned or muted, the newest first. */
  sanctions(room: RoomName): Promise<readonly Sanction[]>;
  audit(room: RoomName, options?: AuditOptions): Promise<AuditPage>;
}

export interface RoomInvite {
  id: number;
  room: Room;
  /** undefined: as often as wanted. */
  usesLeft: number | undefined;
  expiresAt: Date;
  role: RoomRole;
  by: Person;
}

export interface InviteOptions {
  /** 1 to 1,000; left out: as often as wanted. */
  uses?: number;
  /** At most 365 days; a week by default. */
  lifetimeMs?: number;
  role?: 'member' | 'guest';
}

/** Invite links: whoever has the code may join, by `joinRoom({ code })`. */
export interface Invites {
  /** The code is told here and never again. */
  create(room: RoomName, options?: InviteOptions): Promise<RoomInvite & { code: string }>;
  list(room: RoomName): Promise<readonly RoomInvite[]>;
  revoke(room: RoomName, id: number): Promise<void>;
}
