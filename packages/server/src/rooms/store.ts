/** What rooms need from storage. */
import type {
  DeviceNumber,
  HistoryAccess,
  RoomKind,
  RoomNumber,
  RoomRole,
  Sequence,
  StreamId,
  UserNumber,
} from '@sotto/model';

/** What its moderators and owners change about a room. */
export interface RoomSettings {
  topic: string;
  /** 0: none. */
  slowModeSeconds: number;
  /** 0: for ever. */
  retentionDays: number;
  archived: boolean;
  history: HistoryAccess;
}

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
  saveProgress(progress: readonly ProgressRecord[]): Promise<void>;
  /** How far each member of a room is in its stream, or in the lobby's each user; ascending by user, at most `limit`. */
  receipts(stream: StreamId, limit: number): Promise<readonly ReceiptRecord[]>;
}
