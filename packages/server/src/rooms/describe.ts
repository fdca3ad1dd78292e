/** Records as the schema writes them. */
import {
  type AssistantAccess,
  FOREVER_MS,
  type HistoryAccess,
  type RoomKind,
  type RoomRole,
  type Standing,
} from '@sotto/model';
import { type FrameFields, SottoError } from '@sotto/protocol';
import {
  ErrorCode,
  Role,
  AssistantAccess as WireAssistants,
  HistoryAccess as WireHistory,
  RoomKind as WireRoomKind,
} from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import type { CountedMembership, RoomRecord, SanctionRecord } from './store.ts';

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

const HISTORY = {
  all: WireHistory.ALL,
  sinceJoined: WireHistory.SINCE_JOINED,
} as const satisfies Record<HistoryAccess, WireHistory>;

const ASSISTANTS = {
  allowed: WireAssistants.ALLOWED,
  noHistory: WireAssistants.NO_HISTORY,
  forbidden: WireAssistants.FORBIDDEN,
} as const satisfies Record<AssistantAccess, WireAssistants>;

/** The one that the wire's number stands for; throws ARGUMENT_INVALID. */
function reading<Name extends string>(table: Readonly<Record<Name, number>>, what: string) {
  const names = new Map((Object.keys(table) as Name[]).map((name) => [table[name] as number, name]));
  return (number: number): Name => {
    const name = names.get(number);
    if (name === undefined) throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${what} ${number}`);
    return name;
  };
}

export const readKind = reading(KINDS, 'kind');
export const readRole = reading(ROLES, 'role');
export const readHistory = reading(HISTORY, 'history');
export const readAssistants = reading(ASSISTANTS, 'assistants');

export const wireRole = (role: Standing): Role => (role === 'none' ? Role.UNSPECIFIED : ROLES[role]);

export const describeRoom = ({ number, kind, name, directUsers }: RoomRecord) => ({
  number,
  kind: KINDS[kind],
  name,
  directUsers: [...(directUsers ?? [])],
});

export const describeSettings = ({ kind, name, settings }: RoomRecord) => ({
  ...settings,
  kind: KINDS[kind],
  history: HISTORY[settings.history],
  assistants: ASSISTANTS[settings.assistants],
  name,
});

/** When somebody may write again: 0 where nothing is in the way. */
export const mutedUntil = (mute: Pick<SanctionRecord, 'untilMs'> | undefined): number =>
  mute?.untilMs === 0 ? FOREVER_MS : (mute?.untilMs ?? 0);

export type MembershipFields = NonNullable<FrameFields<'roomInfo'>['membership']>;

export const describeMembership = ({ room, role, ...rest }: CountedMembership) =>
  ({ ...rest, room: describeRoom(room), role: wireRole(role) }) satisfies MembershipFields;

export const describeUser = (user: UserRecord) => ({
  number: user.number,
  uuid: user.uuid,
  name: user.name,
  owner: user.owner,
  administrator: user.owner || user.administrator,
  displayName: user.displayName,
  deleted: user.deletedMs > 0,
  assistant: user.assistant,
});
