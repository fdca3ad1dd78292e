/** What this account may do to somebody in a room, so that nothing is offered that the server would refuse [PERMISSION-2]. */
import type { JoinedRoom, Person, RoomDetails } from '@sotto/client';
import {
  judge,
  mayGrant,
  outranks,
  ROOM_ROLES,
  type RoomAction,
  type RoomRole,
  standingOf,
} from '@sotto/model';

export interface HereInput {
  room: Pick<JoinedRoom, 'kind' | 'role'>;
  me: Person;
  /** undefined while they are not known: then nothing is archived or muted. */
  details: Pick<RoomDetails, 'settings' | 'mutedUntil'> | undefined;
  nowMs: number;
}

/** Whether this account may do it in a room at this moment. */
export function mayHere({ room, me, details, nowMs }: HereInput, action: RoomAction): boolean {
  const standing = standingOf(room.kind, room.role, me);
  const archived = details?.settings.archived ?? false;
  const muted = (details?.mutedUntil?.getTime() ?? 0) > nowMs;
  return judge({ kind: room.kind, standing, archived, muted }, action) === 'allowed';
}

export interface RightsInput {
  room: Pick<JoinedRoom, 'kind' | 'role'>;
  archived: boolean;
  me: Person;
  person: Person;
  /** undefined: they are not in the room. */
  role: RoomRole | undefined;
  /** The room has other owners than this account. */
  hasOtherOwners: boolean;
}

export interface MemberRights {
  kick: boolean;
  ban: boolean;
  /** And lift it again. */
  mute: boolean;
  /** That they may be given, the least first; their own is not among them. */
  roles: readonly RoomRole[];
}

export function rightsOver(input: RightsInput): MemberRights {
  const { room, archived, me, person, role } = input;
  const standing = standingOf(room.kind, room.role, me);
  const isMe = me.number === person.number;
  const may = (action: RoomAction) =>
    judge({ kind: room.kind, standing, archived, muted: false }, action) === 'allowed';
  // What one is by administering the server is no reason against what one does to oneself.
  const theirs = isMe || role === undefined ? (role ?? 'none') : standingOf(room.kind, role, person);
  const isAbove = !isMe && outranks(standing, theirs);
  const mayGive = (to: RoomRole) =>
    theirs !== 'none' &&
    may('setRole') &&
    mayGrant(standing, theirs, to) &&
    !(to === 'owner' && person.assistant);
  const mayTake = (to: RoomRole) =>
    isMe && isLess(to, room.role) && (room.role !== 'owner' || input.hasOtherOwners);
  return {
    kick: role !== undefined && isAbove && may('kick'),
    ban: isAbove && may('ban'),
    mute: isAbove && may('mute'),
    roles: ROOM_ROLES.filter((to) => to !== role && (mayGive(to) || mayTake(to))),
  };
}

/** Everybody may take less upon themselves, but for the last owner [MEMBER-4]; nobody has reason to become a guest. */
const isLess = (role: RoomRole, than: RoomRole): boolean => role !== 'guest' && outranks(than, role);
