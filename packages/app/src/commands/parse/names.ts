/** Users, rooms and numbers as people type them. */
import type { Recipient, RoomName } from '@sotto/client';
import { type RoomNumber, readName, type UserNumber } from '@sotto/model';
import { sanitizeLine } from '../../words/sanitize.ts';
import { type Conversation, LineError } from '../request.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DIGITS = /^[0-9]+$/;
/** Numbers travel as 32 bits. */
const NUMBER_MAX = 0xffff_ffff;

/** A number, UUID or name, with or without "@". */
export function parseUser(text: string): Recipient {
  const bare = text.startsWith('@') ? text.slice(1) : text;
  if (DIGITS.test(bare)) return parseNumber(bare, 'user') as UserNumber;
  return UUID.test(bare) ? bare.toLowerCase() : parseName(bare, 'user');
}

/** A number or name, with or without "#". */
export function parseRoom(text: string): RoomName {
  const bare = text.startsWith('#') ? text.slice(1) : text;
  return DIGITS.test(bare) ? (parseNumber(bare, 'room') as RoomNumber) : parseName(bare, 'room');
}

/** The name of a room that does not exist yet, so not a number. */
export function parseNewRoom(text: string): string {
  return parseName(text.startsWith('#') ? text.slice(1) : text, 'room');
}

export function parseConversation(text: string): Conversation {
  return text.startsWith('@')
    ? { kind: 'person', person: parseUser(text) }
    : { kind: 'room', room: parseRoom(text) };
}

export function parseCount(text: string, max: number): number {
  const count = DIGITS.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= max) return count;
  throw new LineError(`${quote(text)} is not a number from 1 to ${max}`);
}

function parseNumber(text: string, what: 'user' | 'room'): number {
  const number = Number(text);
  if (number >= 1 && number <= NUMBER_MAX) return number;
  throw new LineError(`${quote(text)} is not the number of a ${what}; they start at 1`);
}

function parseName(text: string, what: 'user' | 'room'): string {
  const reading = readName(text);
  if (reading.kind === 'valid') return reading.name;
  throw new LineError(`${quote(text)} is not the name of a ${what}: ${reading.reason}`);
}

const QUOTED_MAX_CHARACTERS = 40;

/** Short and safe to print, whatever was typed or piped in. */
export function quote(text: string): string {
  const characters = [...text];
  const shown = characters.slice(0, QUOTED_MAX_CHARACTERS).join('');
  return `"${sanitizeLine(shown)}${characters.length > QUOTED_MAX_CHARACTERS ? '...' : ''}"`;
}
