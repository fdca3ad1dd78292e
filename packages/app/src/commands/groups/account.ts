/** Commands about people: who there is, how one is seen, and what one wants to hear of. */
import type { NotificationLevel, ProfileChanges, Recipient } from '@sotto/client';
import {
  ABOUT_MAX_CHARACTERS,
  DISPLAY_NAME_MAX_CHARACTERS,
  readEmoji,
  STATUS_MAX_CHARACTERS,
} from '@sotto/model';
import { emojiFrom } from '../emoji-names.ts';
import { parseConversation, parseUser, quote } from '../parse/names.ts';
import { parseAtMost, parseDuration, parseOneOf } from '../parse/values.ts';
import { type Conversation, LineError } from '../request.ts';
import type { Slashes, Words } from '../slash.ts';

export type AccountRequest =
  | { kind: 'who' }
  /** Without a user: one's own. */
  | { kind: 'profile'; user: Recipient | undefined }
  /** `statusLastsMs`: how long the status is shown; undefined for ever. */
  | { kind: 'setProfile'; changes: ProfileChanges; statusLastsMs: number | undefined }
  | { kind: 'block' | 'unblock'; user: Recipient }
  | { kind: 'blocked' }
  /** Undefined: off. */
  | { kind: 'doNotDisturb'; lastsMs: number | undefined }
  | { kind: 'showDoNotDisturb' }
  /** Without a conversation: the one that one is in. */
  | { kind: 'notify'; of: Conversation | undefined; level: NotificationLevel | undefined };

const FIELDS = ['name', 'about', 'status', 'zone'] as const;
const LEVELS = ['default', 'all', 'mentions', 'nothing'] as const;
const NONE = '-';

export const ACCOUNT_SLASHES: Slashes<AccountRequest> = {
  who: { usage: '', summary: 'List people and who is online', parse: () => ({ kind: 'who' }) },
  profile: {
    usage: `[USER | ${FIELDS.join('|')} VALUE]`,
    summary: 'Show somebody, or change how you are seen',
    notes: [
      'name is shown beside your user name; status may begin with for:2h and an emoji; zone is like Europe/Berlin.',
      `"${NONE}" as value takes it away.`,
    ],
    examples: [
      '/profile @bob',
      '/profile name Alice Liddell',
      '/profile status for:2h :coffee: at lunch',
      `/profile status ${NONE}`,
    ],
    completes: [[...FIELDS], 'text'],
    parse: parseProfile,
  },
  block: {
    usage: 'USER',
    summary: "Hide somebody's messages and refuse their direct ones",
    examples: ['/block bob'],
    completes: ['user'],
    parse: (words) => ({ kind: 'block', user: parseUser(words.next()) }),
  },
  unblock: {
    usage: 'USER',
    summary: 'Show them again',
    examples: ['/unblock bob'],
    completes: ['user'],
    parse: (words) => ({ kind: 'unblock', user: parseUser(words.next()) }),
  },
  blocked: { usage: '', summary: 'List those you blocked', parse: () => ({ kind: 'blocked' }) },
  dnd: {
    usage: '[1h|off]',
    summary: 'Let nothing ring for a time, on all your devices',
    examples: ['/dnd 1h', '/dnd off', '/dnd'],
    completes: [['30m', '1h', '8h', 'off']],
    parse: parseDoNotDisturb,
  },
  notify: {
    usage: `[#room|@user] [${LEVELS.join('|')}]`,
    summary: 'Choose which messages of a room ring',
    notes: ['default: all in direct messages, mentions elsewhere.'],
    examples: ['/notify all', '/notify #garden all', '/notify #garden'],
    completes: ['room?', LEVELS],
    parse: (words) => {
      const named = words.optionalIf((word) => /^[#@]./u.test(word));
      const of = named === undefined ? undefined : parseConversation(named);
      const word = words.optional();
      return { kind: 'notify', of, level: word === undefined ? undefined : parseOneOf(word, LEVELS) };
    },
  },
};

function parseProfile(words: Words): AccountRequest {
  const word = words.optional();
  if (word === undefined) return { kind: 'profile', user: undefined };
  const field = FIELDS.find((one) => one === word);
  if (field === undefined) return { kind: 'profile', user: parseUser(word) };
  if (field === 'status') return parseStatus(words);
  return { kind: 'setProfile', changes: parseField(field, words.rest()), statusLastsMs: undefined };
}

function parseField(field: 'name' | 'about' | 'zone', text: string): ProfileChanges {
  const value = text === NONE ? '' : text;
  switch (field) {
    case 'name':
      return { displayName: parseAtMost('the name', value, DISPLAY_NAME_MAX_CHARACTERS) };
    case 'about':
      return { about: parseAtMost('the text', value, ABOUT_MAX_CHARACTERS) };
    case 'zone':
      return { timeZone: value };
  }
}

function parseStatus(words: Words): AccountRequest {
  const lasts = words.optionalIf((word) => word.startsWith('for:'));
  const statusLastsMs = lasts === undefined ? undefined : parseDuration(lasts.slice('for:'.length));
  const first = words.optionalIf((word) => readEmoji(emojiFrom(word)) !== undefined);
  const statusEmoji = first === undefined ? '' : (readEmoji(emojiFrom(first)) ?? '');
  const rest = words.optionalRest();
  if (rest === '' && statusEmoji === '')
    throw new LineError(`which status? Write /profile status and a text, or ${quote(NONE)} for none`);
  const statusText = parseAtMost('the status', rest === NONE ? '' : rest, STATUS_MAX_CHARACTERS);
  return { kind: 'setProfile', changes: { statusText, statusEmoji }, statusLastsMs };
}

function parseDoNotDisturb(words: Words): AccountRequest {
  const word = words.optional();
  if (word === undefined) return { kind: 'showDoNotDisturb' };
  return { kind: 'doNotDisturb', lastsMs: word === 'off' ? undefined : parseDuration(word) };
}
