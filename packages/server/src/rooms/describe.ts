/** Records as the schema writes them. */
import type { RoomKind, RoomRole, Standing } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { Role, RoomKind as WireRoomKind } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { MembershipRecord, RoomRecord } from './store.ts';

const KINDS = {
  lobby: WireRoomKind.LOBBY,
  public: WireRoomKind.PUBLIC,
  private: WireRoomKind.PRIVATE,
  announcement: WireRoomKind.ANNOUNCEMENT,
  direct: WireRoomKind.DIRECT,
} as const satisfies Record<RoomKind, WireRoomKind>;

const ROLES = {
  owner: Role.OWNER,
  admin: Role.ADMIN,
  moderator: Role.MODERATOR,
  member: Role.MEMBER,
  guest: Role.GUEST,
} as const satisfies Record<RoomRole, Role>;

export const wireRole = (role: Standing): Role => (role === 'none' ? Role.UNSPECIFIED : ROLES[role]);

export const describeRoom = ({ number, kind, name, directUsers }: RoomRecord) => ({
  number,
  kind: KINDS[kind],
  name,
  directUsers: [...(directUsers ?? [])],
});

export type MembershipFields = NonNullable<FrameFields<'roomInfo'>['membership']>;

export const describeMembership = ({ room, role, delivered, read, head, firstKept }: MembershipRecord) =>
  ({
    room: describeRoom(room),
    role: wireRole(role),
    delivered,
    read,
    head,
    firstKept,
  }) satisfies MembershipFields;

export const describeUser = (user: UserRecord) => ({
  number: user.number,
  uuid: user.uuid,
  name: user.name,
  owner: user.owner,
  administrator: user.owner || user.administrator,
  displayName: user.displayName,
  deleted: user.deletedMs > 0,
});
