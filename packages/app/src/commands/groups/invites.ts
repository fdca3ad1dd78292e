/** Commands by which people are asked into rooms. */
import type { Recipient, RoomName } from '@sotto/client';
import { parseCount, parseUser } from '../parse/names.ts';
import { parseDuration, parseOneOf } from '../parse/values.ts';
import type { Slashes, Words } from '../slash.ts';
import { optionalRoom, roomWithHash } from './rooms.ts';

export type InviteRequest =
  | {
      kind: 'makeInvite';
      /** undefined, here and below: the room that one is in. */
      room: RoomName | undefined;
      uses: number | undefined;
      lifetimeMs: number | undefined;
      role: InviteRole;
    }
  | { kind: 'inviteMember'; room: RoomName | undefined; user: Recipient }
  /** Without a room: where one was asked in. */
  | { kind: 'invites'; room: RoomName | undefined }
  | { kind: 'revokeInvite'; room: RoomName | undefined; invite: number };

type InviteRole = 'member' | 'guest';

const INVITE_USES_MAX = 1_000;

export const INVITE_SLASHES: Slashes<InviteRequest> = {
  invite: {
    usage: '[#room] [USER | uses:N expires:7d role:member|guest]',
    summary: 'Ask somebody into a room, or make an invite link for whoever has it',
    notes: ['A link without uses: works as often as wanted, without expires: for a week.'],
    examples: ['/invite @bob', '/invite #garden', '/invite #garden uses:5 expires:1d role:guest'],
    completes: ['room?', 'user'],
    parse: parseInvite,
  },
  invites: {
    usage: '[#room]',
    summary: 'Show the invite links of a room; without one, the rooms you are asked into',
    examples: ['/invites', '/invites #garden'],
    completes: ['room'],
    parse: (words) => ({ kind: 'invites', room: optionalRoom(words) }),
  },
  uninvite: {
    usage: '[#room] N',
    summary: 'Take an invite link back, by its number in /invites',
    examples: ['/uninvite #garden 3'],
    completes: ['room'],
    parse: (words) => ({
      kind: 'revokeInvite',
      room: roomWithHash(words),
      invite: parseCount(words.next(), 0xffff_ffff),
    }),
  },
};

function parseInvite(words: Words): InviteRequest {
  const room = roomWithHash(words);
  let uses: number | undefined;
  let lifetimeMs: number | undefined;
  let role: InviteRole = 'member';
  const user = words.optionalIf((word) => !/^(uses|expires|role):/.test(word));
  if (user !== undefined) return { kind: 'inviteMember', room, user: parseUser(user) };
  for (const word of words.all()) {
    const [, name, value = ''] = /^(uses|expires|role):(.*)$/u.exec(word) ?? [];
    if (name === 'uses') uses = parseCount(value, INVITE_USES_MAX);
    else if (name === 'expires') lifetimeMs = parseDuration(value);
    else if (name === 'role') role = parseOneOf(value, ['member', 'guest']);
    else throw words.misfit(word);
  }
  return { kind: 'makeInvite', room, uses, lifetimeMs, role };
}
