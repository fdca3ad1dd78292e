/** What rooms need from storage. */
import type {
  DeviceNumber,
  RoomKind,
  RoomNumber,
  RoomRole,
  Sequence,
  StreamId,
  UserNumber,
} from '@sotto/model';
import type { NewAuditEntry, RoomSettings } from '../events/store.ts';

export interface RoomRecord {
  number: RoomNumber;
  kind: RoomKind;
  /** Empty for direct rooms. */
  name: string;
  directUsers: readonly [UserNumber, UserNumber] | undefined;
  createdMs: number;
  settings: RoomSettings;
}

export interface MemberRecord {
  user: UserNumber;
  role: RoomRole;
  /** The sequence of the event that brought the member in, the last time. */
  since: Sequence;
}

/** Who may not come in, or not write. */
export interface SanctionRecord {
  user: UserNumber;
  kind: 'ban' | 'mute';
  /** 0: for ever. */
  untilMs: number;
  by: UserNumber;
  atMs: number;
  reason: string;
}

export interface MembershipRecord {
  room: RoomRecord;
  role: RoomRole;
  /** Furthest acknowledgement of any of the user's devices, and how far the user has read. */
  delivered: Sequence;
  read: Sequence;
  head: Sequence;
  /** The first that the member may read. */
  firstKept: Sequence;
}

/** With what the member has not read of it as of `head` [UNREAD-11]. */
export interface CountedMembership extends MembershipRecord {
  unread: number;
  mentions: number;
}

/** What a member has not read of a room as of `head` [UNREAD-11]. */
export interface UnreadRecord {
  stream: StreamId;
  read: Sequence;
  head: Sequence;
  unread: number;
  mentions: number;
}

export interface UnreadStore {
  /** Of all rooms that the user is in, or of those given. */
  unread(user: UserNumber, rooms: readonly RoomNumber[] | undefined): Promise<readonly UnreadRecord[]>;
}

/** A link that may still be used. */
export interface RoomInviteRecord {
  id: number;
  room: RoomNumber;
  /** What whoever uses it becomes. */
  role: RoomRole;
  /** Undefined: as often as wanted. */
  usesLeft: number | undefined;
  expiresMs: number;
  by: UserNumber;
}

export interface NewRoomInvite extends Omit<RoomInviteRecord, 'id'> {
  codeHash: Uint8Array;
  createdMs: number;
}

/** Somebody was asked into the room. */
export interface InvitationRecord {
  room: RoomRecord;
  by: UserNumber;
  timeMs: number;
}

export interface AuditRecord extends NewAuditEntry {
  id: number;
}

/** What is left out is not asked for. */
export interface AuditFilter {
  /** Who did it, or whom it was done to. */
  user?: UserNumber | undefined;
  action?: string | undefined;
}

export interface WantedRooms {
  /** Those above it. */
  after: RoomNumber;
  limit: number;
  /** A part of the name, in any case, which finds no private rooms; empty for all. */
  query: string;
}

/** A room as administrators of the server see it. */
export interface ServerRoomRecord {
  room: RoomRecord;
  members: number;
  /** That are kept. */
  events: number;
  /** Of the files that are offered there. */
  fileBytes: number;
}

export interface RoomSummaryRecord {
  room: RoomRecord;
  members: number;
  joined: boolean;
}

/** Cursors of a device (delivered) and its user (read); they only move forward. */
export interface ProgressRecord {
  stream: StreamId;
  user: UserNumber;
  device: DeviceNumber;
  delivered: Sequence;
  read: Sequence;
}

export interface ReceiptRecord {
  user: UserNumber;
  delivered: Sequence;
  read: Sequence;
}

export interface RoomStore {
  /** A number never given before; gaps are fine. */
  allocateRoomNumber(): Promise<RoomNumber>;
  room(room: RoomNumber): Promise<RoomRecord | undefined>;
  roomByName(nameKey: string): Promise<RoomRecord | undefined>;
  directRoom(low: UserNumber, high: UserNumber): Promise<RoomRecord | undefined>;
  /** Ascending by user number, those above `after`. The lobby has no member rows. */
  members(room: RoomNumber, after: UserNumber, limit: number): Promise<readonly MemberRecord[]>;
  /** In the lobby every user counts. */
  memberCount(room: RoomNumber): Promise<number>;
  /** Of a room, those that have ended among them; the newest first, at most `limit`. */
  sanctions(room: RoomNumber, limit: number): Promise<readonly SanctionRecord[]>;
  /** The lobby first, then by number. */
  memberships(user: UserNumber): Promise<readonly MembershipRecord[]>;
  membership(user: UserNumber, room: RoomNumber): Promise<MembershipRecord | undefined>;
  /** The lobby (all users, joined), public rooms, and private rooms the user is in; never direct rooms; ascending, those above `after`. */
  visibleRooms(user: UserNumber, after: RoomNumber, limit: number): Promise<readonly RoomSummaryRecord[]>;
  /** Those that keep their messages for a time only; ascending, those above `after`. */
  roomsWithRetention(after: RoomNumber, limit: number): Promise<readonly RoomRecord[]>;
  /** The newest first. */
  invitations(user: UserNumber): Promise<readonly InvitationRecord[]>;
  invitation(user: UserNumber, room: RoomNumber): Promise<InvitationRecord | undefined>;
  /** Answers the link's id. Links of the room that can no longer be used go. */
  createRoomInvite(invite: NewRoomInvite, entry: NewAuditEntry): Promise<number>;
  /** Undefined where it is unknown, expired or used up. */
  roomInviteByCode(codeHash: Uint8Array, nowMs: number): Promise<RoomInviteRecord | undefined>;
  /** In the order they were made. */
  roomInvites(room: RoomNumber, nowMs: number): Promise<readonly RoomInviteRecord[]>;
  /** Where `by` is given, only one that this user made. False where there is none. */
  revokeRoomInvite(
    room: RoomNumber,
    id: number,
    by: UserNumber | undefined,
    entry: NewAuditEntry,
  ): Promise<boolean>;
  /** What was done beside the log; what is done in it says so in its own append. */
  recordAudit(entry: NewAuditEntry): Promise<void>;
  /** Of a room, or of the server where none is given; the newest first, those with an id below `before` (0: from the newest). */
  audit(
    room: RoomNumber | undefined,
    before: number,
    limit: number,
    filter?: AuditFilter,
  ): Promise<readonly AuditRecord[]>;
  /** All but direct ones, ascending by number. */
  serverRooms(wanted: WantedRooms): Promise<readonly ServerRoomRecord[]>;
  /** Drops at most `limit` entries older than `beforeMs`; answers how many. */
  dropAudit(beforeMs: number, limit: number): Promise<number>;
  saveProgress(progress: readonly ProgressRecord[]): Promise<void>;
  /** How far each member of a room is in its stream, or in the lobby's each user; ascending by user, at most `limit`. */
  receipts(stream: StreamId, limit: number): Promise<readonly ReceiptRecord[]>;
}
