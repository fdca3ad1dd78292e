/** Records as the schema writes them. */
import type { RoomKind, RoomRole } from '@sotto/model';
import type { FrameFields } from '@sotto/protocol';
import { Role, RoomKind as WireRoomKind } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { MembershipRecord, RoomRecord } from './store.ts';

const KINDS = {
  lobby: WireRoomKind.LOBBY,
  public: WireRoomKind.PUBLIC,
  private: WireRoomKind.PRIVATE,
  direct: WireRoomKind.DIRECT,
} as const satisfies Record<RoomKind, WireRoomKind>;

const ROLES = { owner: Role.OWNER, member: Role.MEMBER } as const satisfies Record<RoomRole, Role>;

export const wireRole = (role: RoomRole): Role => ROLES[role];

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

export const describeUser = ({ number, uuid, name, owner }: UserRecord) => ({ number, uuid, name, owner });
