/** Commands for administrators of the server. */
import type { Recipient } from '@sotto/client';
import { parseUser } from '../parse/names.ts';
import { parseOneOf, parseOnOff } from '../parse/values.ts';
import type { Slashes, Words } from '../slash.ts';
import { parseReason } from './moderation.ts';

export type AdminRequest =
  | { kind: 'suspend'; user: Recipient; reason: string }
  | { kind: 'restore'; user: Recipient }
  | { kind: 'administrator'; user: Recipient; on: boolean }
  | { kind: 'limited' }
  | { kind: 'assistantCosts' }
  | { kind: 'serverAudit' };

const ACTIONS = ['suspend', 'restore', 'administrator', 'limited', 'assistants', 'audit'] as const;

export const ADMIN_SLASHES: Slashes<AdminRequest> = {
  admin: {
    usage: 'suspend USER [reason] | restore USER | administrator USER on|off | limited | assistants | audit',
    summary: 'For administrators of the server',
    notes: [
      'suspend ends all sessions of an account, and nobody logs in to it until it is restored.',
      'administrator is for the owner of the server. limited shows what was refused for being too much.',
      'assistants shows their models, and what they were asked today.',
      'audit shows what was done to accounts and rooms; /next for more.',
    ],
    examples: ['/admin suspend bob Spam', '/admin administrator bob on', '/admin limited'],
    completes: [ACTIONS, 'user', ['on', 'off']],
    parse: parseAdmin,
  },
};

function parseAdmin(words: Words): AdminRequest {
  const action = parseOneOf(words.next(), ACTIONS);
  switch (action) {
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
