/** Commands about rooms: entering, making, changing. */
import type { Recipient, RoomChanges, RoomName } from '@sotto/client';
import {
  ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS,
  RETENTION_MAX_DAYS,
  SLOW_MODE_MAX_SECONDS,
  TOPIC_MAX_CHARACTERS,
} from '@sotto/model';
import { parseNewRoom, parseRoom, parseUser, quote } from '../parse/names.ts';
import { isDuration, parseAtMost, parseDuration, parseOneOf, parseOnOff } from '../parse/values.ts';
import { LineError } from '../request.ts';
import { ON_OFF, type Slashes, type Words } from '../slash.ts';
import type { InviteRequest } from './invites.ts';

export type RoomRequest =
  | { kind: 'join'; room: RoomName }
  | { kind: 'joinByCode'; code: string }
  | { kind: 'leave'; room: RoomName | undefined }
  | { kind: 'create'; name: string; private: boolean; announcement: boolean; topic: string }
  | { kind: 'add'; room: RoomName | undefined; user: Recipient }
  | { kind: 'rooms' }
  | { kind: 'members'; room: RoomName | undefined }
  | { kind: 'room' | 'topic'; room: RoomName | undefined }
  | { kind: 'set'; room: RoomName | undefined; changes: RoomChanges }
  | InviteRequest;

const KINDS = ['public', 'private', 'announcement'] as const;
const SETTINGS = [
  'topic',
  'slow',
  'retention',
  'history',
  'kind',
  'name',
  'archive',
  'assistants',
  'instructions',
] as const;
const ASSISTANTS = { allowed: 'allowed', 'no-history': 'noHistory', off: 'forbidden' } as const;
const NONE = '-';
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

export const ROOM_SLASHES: Slashes<RoomRequest> = {
  join: {
    usage: '#room|CODE',
    summary: 'Enter a room, by its name or with the code of an invite link',
    notes: ['Text alone goes there from then on.'],
    examples: ['/join #garden', '/join 7Q4ZK-M2X9A-0WPD8-A3HJ5'],
    completes: ['room'],
    parse: (words) => parseJoin(words.next()),
  },
  leave: {
    usage: '[#room]',
    summary: 'Leave a room',
    examples: ['/leave', '/leave #garden'],
    completes: ['room?'],
    parse: (words) => ({ kind: 'leave', room: optionalRoom(words) }),
  },
  create: {
    usage: '#room [private|announcement] [topic]',
    summary: 'Make a room; a private one is not listed',
    notes: ['In an announcement room only moderators and above write.'],
    examples: ['/create #garden', '/create #plans private What we do next'],
    completes: ['text', ['private', 'announcement']],
    parse: parseCreate,
  },
  add: {
    usage: '[#room] USER',
    summary: 'Add somebody to a room',
    examples: ['/add bob', '/add #garden bob'],
    completes: ['room?', 'user'],
    parse: (words) => ({ kind: 'add', room: roomWithHash(words), user: parseUser(words.next()) }),
  },
  rooms: { usage: '', summary: 'List the rooms you can see', parse: () => ({ kind: 'rooms' }) },
  members: {
    usage: '[#room]',
    summary: 'List the members of a room, with roles and mutes',
    examples: ['/members', '/members #garden'],
    completes: ['room'],
    parse: (words) => ({ kind: 'members', room: optionalRoom(words) }),
  },
  room: {
    usage: '[#room]',
    summary: 'Show what a room is and how it is set',
    examples: ['/room #garden'],
    completes: ['room'],
    parse: (words) => ({ kind: 'room', room: optionalRoom(words) }),
  },
  topic: {
    usage: '[#room] [text]',
    summary: 'Show or change the topic of a room',
    notes: [`"${NONE}" as text takes the topic away.`],
    examples: ['/topic', '/topic #garden What grows where', `/topic #garden ${NONE}`],
    completes: ['room?', 'text'],
    parse: parseTopic,
  },
  slow: {
    usage: '[#room] 10s|off',
    summary: 'Let members below moderator wait between two messages',
    examples: ['/slow #garden 30s', '/slow #garden off'],
    completes: ['room?', ['10s', '30s', '1m', '5m', 'off']],
    parse: (words) => ({
      kind: 'set',
      room: roomWithHash(words),
      changes: { slowModeSeconds: parseSlow(words.next()) },
    }),
  },
  set: {
    usage: `[#room] ${SETTINGS.join('|')} VALUE`,
    summary: 'Change how a room is set',
    notes: [
      'topic: any text. slow: 10s, 5m or off. retention: 30d, after which messages are erased, or forever.',
      'history: all, or since-joined: members see what came after they joined. kind: public, private or announcement.',
      'name: a new one. archive: on or off; nothing is said in a room that is archived.',
      'assistants: allowed, no-history (they know the question alone), or off. instructions: what they keep to here, any text.',
    ],
    examples: [
      '/set retention 30d',
      '/set #garden history since-joined',
      '/set #garden name #yard',
      '/set #garden assistants no-history',
      '/set #garden instructions Answer in French',
    ],
    completes: [
      'room?',
      SETTINGS,
      ['all', 'since-joined', 'forever', ...KINDS, ...ON_OFF, ...Object.keys(ASSISTANTS)],
    ],
    parse: (words) => ({ kind: 'set', room: roomUnlessSetting(words), changes: parseChanges(words) }),
  },
};

export function optionalRoom(words: Words): RoomName | undefined {
  const word = words.optional();
  return word === undefined ? undefined : parseRoom(word);
}

/** Only with its "#", since something else may stand here as well. */
export function roomWithHash(words: Words): RoomName | undefined {
  const word = words.optionalIf((next) => next.startsWith('#'));
  return word === undefined ? undefined : parseRoom(word);
}

function roomUnlessSetting(words: Words): RoomName | undefined {
  const word = words.optionalIf((next) => !SETTINGS.some((setting) => setting === next.toLowerCase()));
  return word === undefined ? undefined : parseRoom(word);
}

/** As servers write codes; a room of such a name is entered with "#" in front. */
const CODE = /^[0-9a-z]{5}(?:-[0-9a-z]{5}){3}$/i;

function parseJoin(word: string): RoomRequest {
  return CODE.test(word) ? { kind: 'joinByCode', code: word } : { kind: 'join', room: parseRoom(word) };
}

function parseCreate(words: Words): RoomRequest {
  const name = parseNewRoom(words.next());
  const kind = words.optionalIf((word) => /^(--)?private$|^announcement$/.test(word));
  const topic = parseTopicText(words.optionalRest());
  return {
    kind: 'create',
    name,
    private: kind?.endsWith('private') ?? false,
    announcement: kind === 'announcement',
    topic,
  };
}

function parseTopic(words: Words): RoomRequest {
  const room = roomWithHash(words);
  if (words.peek() === undefined) return { kind: 'topic', room };
  return { kind: 'set', room, changes: { topic: parseTopicText(words.rest()) } };
}

const parseTopicText = (text: string): string =>
  text === NONE ? '' : parseAtMost('the topic', text, TOPIC_MAX_CHARACTERS);

const parseInstructions = (text: string): string =>
  text === NONE ? '' : parseAtMost('the text', text, ASSISTANT_INSTRUCTIONS_MAX_CHARACTERS);

function parseChanges(words: Words): RoomChanges {
  const setting = parseOneOf(words.next(), SETTINGS);
  switch (setting) {
    case 'topic':
      return { topic: parseTopicText(words.rest()) };
    case 'slow':
      return { slowModeSeconds: parseSlow(words.next()) };
    case 'retention':
      return { retentionDays: parseRetention(words.next()) };
    case 'history':
      return {
        history: parseOneOf(words.next(), ['all', 'since-joined']) === 'all' ? 'all' : 'sinceJoined',
      };
    case 'kind':
      return { kind: parseOneOf(words.next(), KINDS) };
    case 'name':
      return { name: parseNewRoom(words.next()) };
    case 'archive':
      return { archived: parseOnOff(words.next()) };
    case 'assistants':
      return { assistants: ASSISTANTS[parseOneOf(words.next(), ['allowed', 'no-history', 'off'])] };
    case 'instructions':
      return { assistantInstructions: parseInstructions(words.rest()) };
  }
}

function parseSlow(word: string): number {
  if (word === 'off') return 0;
  if (!isDuration(word)) throw new LineError(`${quote(word)} does not fit here; write 10s, 5m or 1h, or off`);
  const seconds = parseDuration(word) / SECOND_MS;
  if (seconds <= SLOW_MODE_MAX_SECONDS) return seconds;
  throw new LineError(`${quote(word)} is too long; slow mode is at most ${SLOW_MODE_MAX_SECONDS / 3_600}h`);
}

function parseRetention(word: string): number {
  if (word === 'forever' || word === 'off') return 0;
  const days = isDuration(word) ? parseDuration(word) / DAY_MS : Number.NaN;
  if (Number.isInteger(days) && days <= RETENTION_MAX_DAYS) return days;
  throw new LineError(`${quote(word)} does not fit here; write 1d to ${RETENTION_MAX_DAYS}d, or forever`);
}
