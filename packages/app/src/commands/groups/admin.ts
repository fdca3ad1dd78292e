/** Commands for administrators of the server. */
import type { Recipient } from '@sotto/client';
import { parseCount, parseUser } from '../parse/names.ts';
import { parseOneOf, parseOnOff } from '../parse/values.ts';
import type { Slashes, Words } from '../slash.ts';
import { parseReason } from './moderation.ts';

export type AdminRequest =
  | { kind: 'suspend'; user: Recipient; reason: string }
  | { kind: 'restore'; user: Recipient }
  | { kind: 'administrator'; user: Recipient; on: boolean }
  | { kind: 'account' | 'endSessions' | 'resetSecondFactor' | 'recover' | 'deleteUser'; user: Recipient }
  /** A part of the name; empty for all. */
  | { kind: 'accounts' | 'serverRooms'; query: string }
  | { kind: 'issueInvite'; uses: number }
  /** The first digits of its id. */
  | { kind: 'revokeRegistrationInvite'; invite: string }
  | { kind: 'registrationInvites' | 'limits' | 'health' }
  | { kind: 'limited' }
  | { kind: 'assistantCosts' }
  | { kind: 'serverAudit' };

const ACTIONS = [
  'users',
  'user',
  'suspend',
  'restore',
  'logout',
  'recover',
  'reset-factor',
  'delete',
  'administrator',
  'invite',
  'invites',
  'uninvite',
  'rooms',
  'limits',
  'limited',
  'health',
  'assistants',
  'audit',
] as const;
const USES_MAX = 1_000;

export const ADMIN_SLASHES: Slashes<AdminRequest> = {
  admin: {
    usage:
      'users [text] | user USER | suspend USER [reason] | restore USER | logout USER | recover USER | reset-factor USER | delete USER | administrator USER on|off | invite [N] | invites | uninvite ID | rooms [text] | limits | limited | health | assistants | audit',
    summary: 'For administrators of the server',
    notes: [
      'suspend ends all sessions of an account, and nobody logs in to it until it is restored.',
      'logout ends the sessions alone. recover prints a code that sets a new password; reset-factor lets somebody',
      'log in with the password alone; delete is for good. administrator is for the owner of the server.',
      'recover, reset-factor, delete and administrator on ask for your password, so they need a terminal.',
      'invite prints a code that makes N accounts, one by default.',
      'invites lists those that can be used by their ids, not the codes; uninvite takes one back.',
      'limits shows what is allowed, limited what was refused for being too much, health how the server is.',
      'assistants shows their models, and what they were asked today.',
      'audit shows what was done to accounts and rooms; /next for more.',
    ],
    examples: ['/admin users bo', '/admin suspend bob Spam', '/admin recover bob', '/admin health'],
    completes: [ACTIONS, 'user', ['on', 'off']],
    parse: parseAdmin,
  },
};

function parseAdmin(words: Words): AdminRequest {
  const action = parseOneOf(words.next(), ACTIONS);
  switch (action) {
    case 'users':
      return { kind: 'accounts', query: partOf(words) };
    case 'user':
      return { kind: 'account', user: parseUser(words.next()) };
    case 'logout':
      return { kind: 'endSessions', user: parseUser(words.next()) };
    case 'recover':
      return { kind: 'recover', user: parseUser(words.next()) };
    case 'reset-factor':
      return { kind: 'resetSecondFactor', user: parseUser(words.next()) };
    case 'delete':
      return { kind: 'deleteUser', user: parseUser(words.next()) };
    case 'invite':
      return {
        kind: 'issueInvite',
        uses: words.peek() === undefined ? 1 : parseCount(words.next(), USES_MAX),
      };
    case 'invites':
      return { kind: 'registrationInvites' };
    case 'uninvite':
      return { kind: 'revokeRegistrationInvite', invite: words.next().toLowerCase() };
    case 'rooms':
      return { kind: 'serverRooms', query: partOf(words) };
    case 'limits':
      return { kind: 'limits' };
    case 'health':
      return { kind: 'health' };
    case 'suspend':
      return { kind: 'suspend', user: parseUser(words.next()), reason: parseReason(words) };
    case 'restore':
      return { kind: 'restore', user: parseUser(words.next()) };
    case 'administrator':
      return { kind: 'administrator', user: parseUser(words.next()), on: parseOnOff(words.next()) };
    case 'limited':
      return { kind: 'limited' };
    case 'assistants':
      return { kind: 'assistantCosts' };
    case 'audit':
      return { kind: 'serverAudit' };
  }
}

const partOf = (words: Words): string => (words.peek() === undefined ? '' : words.rest());
