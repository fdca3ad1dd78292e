/**
 * The permission table: the one place that says who may do what in a room [PERMISSION-1]. Servers ask it before they act,
 * clients before they offer something, and reducers before they believe an event.
 */
export type RoomKind = 'lobby' | 'public' | 'announcement' | 'private' | 'direct';

/** Which history a member sees: everything that is kept, or what came after it joined, the last time. */
export type HistoryAccess = 'all' | 'sinceJoined';

/** What assistants may do in a room that they are in: answer knowing what was said, answer without that, or nothing. */
export type AssistantAccess = 'allowed' | 'noHistory' | 'forbidden';

/** From the least to the most. */
export const ROOM_ROLES = ['guest', 'member', 'moderator', 'admin', 'owner'] as const;
export type RoomRole = (typeof ROOM_ROLES)[number];
/** 'none' is a user who is not a member. */
export type Standing = RoomRole | 'none';

const ACTIONS = [
  'see',
  'read',
  'send',
  'react',
  'editOwn',
  'deleteOwn',
  'deleteAny',
  'pin',
  'mentionRoom',
  'answerFile',
  'join',
  'leave',
  'listMembers',
  'addMember',
  'makeInvite',
  'kick',
  'ban',
  'mute',
  'setRole',
  'setTopic',
  'setSlowMode',
  'changeRoom',
  'setRetention',
  'archive',
  'seeAudit',
  'setAssistants',
  'stopAnswers',
] as const;
export const ROOM_ACTIONS: readonly RoomAction[] = ACTIONS;
export type RoomAction = (typeof ACTIONS)[number];

/** The least standing that may; 'nobody' may not at all. */
type Least = Standing | 'nobody';

const KINDS = ['lobby', 'public', 'announcement', 'private', 'direct'] as const;
export const ROOM_KINDS: readonly RoomKind[] = KINDS;

/** A row an action, a column a kind of room, in the order of KINDS. Everyone is at least a member of the lobby, by being a user. */
const TABLE: Readonly<Record<RoomAction, readonly [Least, Least, Least, Least, Least]>> = {
  see: ['guest', 'none', 'none', 'guest', 'guest'],
  read: ['guest', 'guest', 'guest', 'guest', 'guest'],
  send: ['guest', 'guest', 'moderator', 'guest', 'guest'],
  react: ['guest', 'guest', 'guest', 'guest', 'guest'],
  // What is edited is said anew.
  editOwn: ['guest', 'guest', 'moderator', 'guest', 'guest'],
  deleteOwn: ['guest', 'guest', 'guest', 'guest', 'guest'],
  deleteAny: ['moderator', 'moderator', 'moderator', 'moderator', 'nobody'],
  pin: ['moderator', 'moderator', 'moderator', 'member', 'guest'],
  mentionRoom: ['moderator', 'member', 'moderator', 'member', 'nobody'],
  // By whom it is offered to: the other one of the two.
  answerFile: ['nobody', 'nobody', 'nobody', 'nobody', 'guest'],
  join: ['nobody', 'none', 'none', 'nobody', 'nobody'],
  leave: ['nobody', 'guest', 'guest', 'guest', 'nobody'],
  listMembers: ['guest', 'none', 'none', 'guest', 'guest'],
  addMember: ['nobody', 'member', 'moderator', 'member', 'nobody'],
  makeInvite: ['nobody', 'member', 'moderator', 'moderator', 'nobody'],
  kick: ['nobody', 'moderator', 'moderator', 'moderator', 'nobody'],
  ban: ['nobody', 'moderator', 'moderator', 'moderator', 'nobody'],
  mute: ['moderator', 'moderator', 'moderator', 'moderator', 'nobody'],
  setRole: ['nobody', 'admin', 'admin', 'admin', 'nobody'],
  setTopic: ['moderator', 'moderator', 'moderator', 'moderator', 'nobody'],
  setSlowMode: ['moderator', 'moderator', 'moderator', 'moderator', 'nobody'],
  changeRoom: ['nobody', 'admin', 'admin', 'admin', 'nobody'],
  setRetention: ['owner', 'owner', 'owner', 'owner', 'nobody'],
  archive: ['nobody', 'owner', 'owner', 'owner', 'nobody'],
  seeAudit: ['moderator', 'moderator', 'moderator', 'moderator', 'nobody'],
  setAssistants: ['moderator', 'moderator', 'moderator', 'moderator', 'nobody'],
  // Those that others asked for.
  stopAnswers: ['moderator', 'moderator', 'moderator', 'moderator', 'nobody'],
};

/** What still happens in a room that is archived. */
const IN_ARCHIVE: ReadonlySet<RoomAction> = new Set([
  'see',
  'read',
  'deleteOwn',
  'deleteAny',
  'leave',
  'listMembers',
  'kick',
  'ban',
  'setRetention',
  'archive',
  'seeAudit',
  'stopAnswers',
]);

/** What somebody who is muted may not. */
const SPEAKING: ReadonlySet<RoomAction> = new Set([
  'send',
  'react',
  'editOwn',
  'pin',
  'mentionRoom',
  'setTopic',
]);

const RANKS: Readonly<Record<Standing, number>> = {
  none: 0,
  guest: 1,
  member: 2,
  moderator: 3,
  admin: 4,
  owner: 5,
};

/** By kind and standing alone, without archive and mutes. */
export function mayInRoom(kind: RoomKind, standing: Standing, action: RoomAction): boolean {
  const least = TABLE[action][KINDS.indexOf(kind)] ?? 'nobody';
  return least !== 'nobody' && RANKS[standing] >= RANKS[least];
}

export interface Circumstances {
  kind: RoomKind;
  standing: Standing;
  archived: boolean;
  muted: boolean;
}

export type Verdict =
  | 'allowed'
  /** The room must seem not to be there [ROOM-2]. */
  | 'hidden'
  | 'denied'
  | 'archived'
  | 'muted';

/** The whole answer, with the reason that is told. */
export function judge({ kind, standing, archived, muted }: Circumstances, action: RoomAction): Verdict {
  if (!mayInRoom(kind, standing, 'see')) return 'hidden';
  if (!mayInRoom(kind, standing, action)) return 'denied';
  if (archived && !IN_ARCHIVE.has(action)) return 'archived';
  return muted && SPEAKING.has(action) ? 'muted' : 'allowed';
}

/** Whether one may do to the other what their role allows at all: only to those below oneself [PERMISSION-2]. */
export const outranks = (actor: Standing, target: Standing): boolean => RANKS[actor] > RANKS[target];

/** Whether a holder of `setRole` may make `from` a `to`: both below oneself; owners also make owners [PERMISSION-2]. */
export function mayGrant(actor: Standing, from: RoomRole, to: RoomRole): boolean {
  return outranks(actor, from) && (outranks(actor, to) || actor === 'owner');
}

/** The higher of two. */
export const higher = (a: Standing, b: Standing): Standing => (RANKS[a] >= RANKS[b] ? a : b);

/**
 * What a user is in a room: its role there; administrators of the server stand as admins, and its owner as an owner, in
 * the lobby and in listed rooms that they are members of, never in private ones [PERMISSION-3].
 */
export function standingOf(
  kind: RoomKind,
  role: RoomRole | undefined,
  server: { owner: boolean; administrator: boolean },
): Standing {
  const own = kind === 'lobby' ? 'member' : (role ?? 'none');
  if (own === 'none' || kind === 'private' || kind === 'direct') return own;
  if (server.owner) return 'owner';
  return server.administrator ? higher(own, 'admin') : own;
}
