/** Commands of those who keep order in a room. */
import type { Recipient, RoomName } from '@sotto/client';
import { REASON_MAX_CHARACTERS, ROOM_ROLES, type RoomRole } from '@sotto/model';
import { parseUser, quote } from '../parse/names.ts';
import { isDuration, parseAtMost, parseDuration, parseOneOf } from '../parse/values.ts';
import { LineError } from '../request.ts';
import type { Slashes, Words } from '../slash.ts';
import { optionalRoom, roomWithHash } from './rooms.ts';

interface OnMember {
  /** undefined: the room that one is in. */
  room: RoomName | undefined;
  user: Recipient;
}

export type ModerationRequest =
  | ({ kind: 'kick'; reason: string } & OnMember)
  /** Without a time: for ever. */
  | ({ kind: 'ban' | 'mute'; lastsMs: number | undefined; reason: string } & OnMember)
  | ({ kind: 'unban' | 'unmute' } & OnMember)
  | ({ kind: 'role'; role: RoomRole } & OnMember)
  | { kind: 'sanctions'; room: RoomName | undefined }
  | { kind: 'audit'; room: RoomName | undefined };

const FOR_A_TIME = 'Without a time, like 10m, 12h or 7d, or with "forever", it holds for ever.';
const MEMBER = ['room?', 'user', 'text'] as const;

export const MODERATION_SLASHES: Slashes<ModerationRequest> = {
  kick: {
    usage: '[#room] USER [reason]',
    summary: 'Put somebody out of a room; they may come back',
    examples: ['/kick bob', '/kick #garden bob Please read the rules first'],
    completes: MEMBER,
    parse: (words) => ({ kind: 'kick', ...onMember(words), reason: parseReason(words) }),
  },
  ban: {
    usage: '[#room] USER [1d] [reason]',
    summary: 'Put somebody out of a room and keep them out',
    notes: [FOR_A_TIME],
    examples: ['/ban #garden bob', '/ban #garden bob 7d Advertising'],
    completes: MEMBER,
    parse: (words) => ({ kind: 'ban', ...onMember(words), ...forATime(words) }),
  },
  unban: {
    usage: '[#room] USER',
    summary: 'Let somebody in again',
    examples: ['/unban #garden bob'],
    completes: MEMBER,
    parse: (words) => ({ kind: 'unban', ...onMember(words) }),
  },
  mute: {
    usage: '[#room] USER [1h] [reason]',
    summary: 'Let somebody read and not write',
    notes: [FOR_A_TIME],
    examples: ['/mute bob 10m', '/mute #garden bob 1h Too loud'],
    completes: MEMBER,
    parse: (words) => ({ kind: 'mute', ...onMember(words), ...forATime(words) }),
  },
  unmute: {
    usage: '[#room] USER',
    summary: 'Let somebody write again',
    examples: ['/unmute #garden bob'],
    completes: MEMBER,
    parse: (words) => ({ kind: 'unmute', ...onMember(words) }),
  },
  role: {
    usage: `[#room] USER ${ROOM_ROLES.join('|')}`,
    summary: "Change somebody's role in a room",
    examples: ['/role #garden bob moderator'],
    completes: ['room?', 'user', ROOM_ROLES],
    parse: (words) => ({ kind: 'role', ...onMember(words), role: parseOneOf(words.next(), ROOM_ROLES) }),
  },
  sanctions: {
    usage: '[#room]',
    summary: 'Show who is banned or muted in a room',
    examples: ['/sanctions #garden'],
    completes: ['room?'],
    parse: (words) => ({ kind: 'sanctions', room: optionalRoom(words) }),
  },
  audit: {
    usage: '[#room]',
    summary: 'Show what was done to a room and its members; /next for more',
    examples: ['/audit #garden'],
    completes: ['room?'],
    parse: (words) => ({ kind: 'audit', room: optionalRoom(words) }),
  },
};

const onMember = (words: Words): OnMember => ({
  room: roomWithHash(words),
  user: parseUser(words.next()),
});

const FOREVER = 'forever';
/** Mistyped, it must not become a reason: that would make the ban one for ever. */
const LIKE_A_TIME = /^(?:\d+[a-z]*|forever)$/i;

function forATime(words: Words): { lastsMs: number | undefined; reason: string } {
  const time = words.optionalIf((word) => LIKE_A_TIME.test(word));
  if (time !== undefined && time !== FOREVER && !isDuration(time))
    throw new LineError(`${quote(time)} is no time; write 10m, 12h or 7d, or forever`);
  return {
    lastsMs: time === undefined || time === FOREVER ? undefined : parseDuration(time),
    reason: parseReason(words),
  };
}

export const parseReason = (words: Words): string =>
  parseAtMost('the reason', words.optionalRest(), REASON_MAX_CHARACTERS);
