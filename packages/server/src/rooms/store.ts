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

export interface RoomRecord {
  number: RoomNumber;
  kind: RoomKind;
  /** Empty for direct rooms. */
  name: string;
  directUsers: readonly [UserNumber, UserNumber] | undefined;
}

export interface MemberRecord {
  user: UserNumber;
  role: RoomRole;
}

export interface MembershipRecord {
  room: RoomRecord;
  role: RoomRole;
  /** Furthest acknowledgement of any of the user's devices, and how far the user has read. */
  delivered: Sequence;
  read: Sequence;
  head: Sequence;
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
  /** The lobby first, then by number. */
  memberships(user: UserNumber): Promise<readonly MembershipRecord[]>;
  membership(user: UserNumber, room: RoomNumber): Promise<MembershipRecord | undefined>;
  /** The lobby (all users, joined), public rooms, and private rooms the user is in; never direct rooms; ascending, those above `after`. */
  visibleRooms(user: UserNumber, after: RoomNumber, limit: number): Promise<readonly RoomSummaryRecord[]>;
  saveProgress(progress: readonly ProgressRecord[]): Promise<void>;
  /** How far each member of a room is in its stream, or in the lobby's each user; ascending by user, at most `limit`. */
  receipts(stream: StreamId, limit: number): Promise<readonly ReceiptRecord[]>;
}
