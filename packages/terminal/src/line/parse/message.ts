/** `0: text`, `2: text`, `1,3: text`, `alice: text`, `#room: text`, and text alone. */

import { parseRoom, parseUser } from '@sotto/app/commands';
import { LOBBY, MESSAGE_MAX_BYTES, RECIPIENTS_MAX } from '@sotto/model';
import { type Command, LineError, type Target } from '../command.ts';

const EVERYONE = '0';
/**
 * A target has no blanks but around its commas, and its colon is followed by a blank or nothing: so neither "at 12:30",
 * nor "http://", nor "Note to all: x" is sent to somebody it was not meant for.
 */
const TARGETED = /^\s*([^\s:,]+(?:\s*,\s*[^\s:,]+)*)\s*:(?:\s+(.*))?$/su;

export function parseMessage(line: string): Command {
  const match = TARGETED.exec(line);
  const target = match?.[1] === undefined ? undefined : parseTarget(match[1]);
  const text = (target === undefined ? line : (match?.[2] ?? '')).trim();
  if (text === '') throw new LineError('there is no text after the colon');
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes > MESSAGE_MAX_BYTES)
    throw new LineError(`the text has ${bytes} bytes; a message has at most ${MESSAGE_MAX_BYTES}`);
  return { kind: 'send', target, text };
}

function parseTarget(text: string): Target {
  const words = text.split(',').map((word) => word.trim());
  const [first = ''] = words;
  if (words.length === 1 && first === EVERYONE) return { kind: 'room', room: LOBBY };
  if (words.length === 1 && first.startsWith('#')) return { kind: 'room', room: parseRoom(first) };
  if (words.includes(EVERYONE)) throw new LineError('0 is everyone and stands alone');
  if (words.some((word) => word.startsWith('#')))
    throw new LineError('a list is of people; send to one room at a time');
  const recipients = [...new Set(words.map(parseUser))];
  if (recipients.length > RECIPIENTS_MAX)
    throw new LineError(`the list has ${recipients.length} people; at most ${RECIPIENTS_MAX} are possible`);
  return { kind: 'people', recipients };
}
