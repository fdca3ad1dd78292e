/** How a message is named in a line: `12`, `#room/12`, `@bob/12`, `^`, `^^`, `^alice`. */
import type { Recipient } from '@sotto/client';
import { readName, type Sequence } from '@sotto/model';
import { type Conversation, LineError } from '../request.ts';
import { parseConversation, parseUser, quote } from './names.ts';

export interface MessageRef {
  /** Undefined for the conversation one is in. */
  in: Conversation | undefined;
  which: Which;
}

export type Which =
  | { kind: 'sequence'; sequence: Sequence }
  /** So many from the end, 1 for the last; of everybody, of oneself, or of one person. */
  | { kind: 'last'; back: number; by: 'anyone' | 'me' | { person: Recipient } };

export const MY_LAST: MessageRef = { in: undefined, which: { kind: 'last', back: 1, by: 'me' } };

const REF = /^(?:([#@][^/\s]+)\/)?(\d{1,10}|\^+|\^[^\s^/]+)$/u;
const SEQUENCE_MAX = 0xffff_ffff;
const BACK_MAX = 50;

export const isMessageRef = (word: string): boolean => {
  const [, , which = ''] = REF.exec(word) ?? [];
  return which !== '' && (!/^\^[^^]/u.test(which) || isPerson(which.slice(1)));
};

export function parseMessageRef(word: string): MessageRef {
  const [, conversation, which] = REF.exec(word) ?? [];
  if (which === undefined || !isMessageRef(word))
    throw new LineError(
      `${quote(word)} names no message; write its number like 12 or #room/12, ^ for the last one, or ^alice for alice's last`,
    );
  return {
    in: conversation === undefined ? undefined : parseConversation(conversation),
    which: parseWhich(which),
  };
}

function parseWhich(text: string): Which {
  if (/^\^+$/.test(text)) {
    if (text.length > BACK_MAX) throw new LineError(`${quote(text)} is too far back; /history shows numbers`);
    return { kind: 'last', back: text.length, by: 'anyone' };
  }
  if (text.startsWith('^')) return { kind: 'last', back: 1, by: { person: parseUser(text.slice(1)) } };
  const sequence = Number(text);
  if (sequence >= 1 && sequence <= SEQUENCE_MAX) return { kind: 'sequence', sequence: sequence as Sequence };
  throw new LineError(`${quote(text)} is not the number of a message; they start at 1`);
}

function isPerson(text: string): boolean {
  const bare = text.startsWith('@') ? text.slice(1) : text;
  return /^\d+$/.test(bare) || readName(bare).kind === 'valid';
}
