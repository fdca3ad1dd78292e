/** Numbers of the wire as values of the SDK, and back. */
import type { AssistantAccess, HistoryAccess, RoomKind, RoomRole, Sequence } from '@sotto/model';
import {
  Registration,
  Role,
  AssistantAccess as WireAssistants,
  HistoryAccess as WireHistory,
  RoomKind as WireKind,
} from '@sotto/schema';
import type { HelloReport } from '../types.ts';

const KINDS = {
  [WireKind.LOBBY]: 'lobby',
  [WireKind.PUBLIC]: 'public',
  [WireKind.PRIVATE]: 'private',
  [WireKind.DIRECT]: 'direct',
  [WireKind.ANNOUNCEMENT]: 'announcement',
  [WireKind.UNSPECIFIED]: 'private',
} as const;

const WIRE_KINDS: Readonly<Record<RoomKind, WireKind>> = {
  lobby: WireKind.LOBBY,
  public: WireKind.PUBLIC,
  private: WireKind.PRIVATE,
  direct: WireKind.DIRECT,
  announcement: WireKind.ANNOUNCEMENT,
};

const ROLES = {
  [Role.OWNER]: 'owner',
  [Role.ADMIN]: 'admin',
  [Role.MODERATOR]: 'moderator',
  [Role.MEMBER]: 'member',
  [Role.GUEST]: 'guest',
  [Role.UNSPECIFIED]: 'member',
} as const;

const WIRE_ROLES: Readonly<Record<RoomRole, Role>> = {
  owner: Role.OWNER,
  admin: Role.ADMIN,
  moderator: Role.MODERATOR,
  member: Role.MEMBER,
  guest: Role.GUEST,
};

const WIRE_HISTORY: Readonly<Record<HistoryAccess, WireHistory>> = {
  all: WireHistory.ALL,
  sinceJoined: WireHistory.SINCE_JOINED,
};

const ASSISTANTS = {
  [WireAssistants.ALLOWED]: 'allowed',
  [WireAssistants.NO_HISTORY]: 'noHistory',
  [WireAssistants.FORBIDDEN]: 'forbidden',
  [WireAssistants.UNSPECIFIED]: 'forbidden',
} as const;

const WIRE_ASSISTANTS: Readonly<Record<AssistantAccess, WireAssistants>> = {
  allowed: WireAssistants.ALLOWED,
  noHistory: WireAssistants.NO_HISTORY,
  forbidden: WireAssistants.FORBIDDEN,
};

export const toKind = (kind: WireKind): RoomKind => KINDS[kind] ?? 'private';
export const fromKind = (kind: RoomKind): WireKind => WIRE_KINDS[kind];
export const toRole = (role: Role): RoomRole => ROLES[role] ?? 'member';
export const fromRole = (role: RoomRole): Role => WIRE_ROLES[role];
export const toHistoryAccess = (access: WireHistory): HistoryAccess =>
  access === WireHistory.ALL ? 'all' : 'sinceJoined';
export const fromHistoryAccess = (access: HistoryAccess): WireHistory => WIRE_HISTORY[access];
export const toAssistantAccess = (access: WireAssistants): AssistantAccess =>
  ASSISTANTS[access] ?? 'forbidden';
export const fromAssistantAccess = (access: AssistantAccess): WireAssistants => WIRE_ASSISTANTS[access];

const REGISTRATIONS = {
  [Registration.UNSPECIFIED]: 'closed',
  [Registration.OPEN]: 'open',
  [Registration.INVITE]: 'invite',
  [Registration.CLOSED]: 'closed',
  [Registration.OWNER_CODE]: 'owner-code',
} as const;

export const toRegistration = (policy: Registration): HelloReport['registration'] =>
  REGISTRATIONS[policy] ?? 'closed';

/** The last moment that a Date can be: what is later, "for ever" among it, is shown as that. */
const LAST_MS = 8.64e15;

export const toDate = (ms: number): Date =>
  new Date(Math.min(LAST_MS, Math.max(0, Number.isNaN(ms) ? 0 : ms)));
/** 0 stands for nothing. */
export const toDateOrNothing = (ms: number): Date | undefined => (ms > 0 ? toDate(ms) : undefined);
/** 0 stands for nothing. */
export const toSequenceOrNothing = (sequence: number): Sequence | undefined =>
  sequence > 0 ? (sequence as Sequence) : undefined;
