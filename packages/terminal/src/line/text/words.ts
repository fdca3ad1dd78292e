/** Small pieces of text that several renderers use; all of it safe to print. */
import {
  type PathFacts,
  type Person,
  type Recipient,
  type Room,
  type RoomName,
  SottoError,
} from '@sotto/client';
import type { RoomRole, Sequence } from '@sotto/model';
import { excerpt, sanitizeLine } from '../../sanitize.ts';

/** Continuation lines start with it, so that no text of others can pass for a line of its own. */
export const INDENT = '    ';

/** Stands below a list that goes on. */
export const MORE = '* More: /next';

/** `#room`, or `@bob` for direct messages: what one types in front of the colon to answer. */
export function roomLabel(room: Room): string {
  return room.kind === 'direct'
    ? `@${sanitizeLine(room.peer?.name ?? room.name)}`
    : `#${sanitizeLine(room.name)}`;
}

/** `#room/12`: what one types to name the message. */
export const messageLabel = (room: Room, sequence: Sequence): string => `${roomLabel(room)}/${sequence}`;

export const roomNameLabel = (room: RoomName): string => `#${sanitizeLine(String(room)).replace(/^#/, '')}`;

export const personLabel = (person: Person): string => sanitizeLine(person.name);

/** `alice (Alice Liddell)`: what one chose to be called, only where it is another. */
export const shownName = (person: Person): string =>
  person.displayName === '' || person.displayName === person.name
    ? personLabel(person)
    : `${personLabel(person)} (${excerpt(person.displayName, SHORT_COLUMNS)})`;

const SHORT_COLUMNS = 60;

/** Text of others in a table: one line, and not all of it. */
export const short = (text: string): string => excerpt(text, SHORT_COLUMNS);

/** `: words`, at the end of a line. */
export const reasonText = (reason: string): string => (reason === '' ? '.' : `: ${sanitizeLine(reason)}`);

const ARTICLES: Readonly<Record<RoomRole, string>> = {
  owner: 'an owner',
  admin: 'an admin',
  moderator: 'a moderator',
  member: 'a member',
  guest: 'a guest',
};

export const roleText = (role: RoomRole): string => ARTICLES[role];

/** `1 day`, `2 days`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

export const recipientLabel = (recipient: Recipient): string => sanitizeLine(String(recipient));

/** `2027-01-31 14:05`, local time. */
export function timeLabel(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `2027-01-31 14:05:09`, local time. */
export const momentLabel = (at: Date): string =>
  `${timeLabel(at)}:${String(at.getSeconds()).padStart(2, '0')}`;

/** Columns as wide as their widest cell; what stands last in a row runs on, and widens no column. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.slice(0, -1).entries())
      widths[at] = Math.max(widths[at] ?? 0, Bun.stringWidth(cell));
  const pad = (cell: string, at: number) =>
    cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - Bun.stringWidth(cell)));
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

/** What a transport that watches its path knows of it. */
export const pathText = ({ roundTripMs, loss, windowBytes }: PathFacts): string =>
  `round trip ${roundTripMs.toFixed(1)} ms, loss ${(loss * 100).toFixed(1)} %, window ${Math.round(windowBytes / 1024)} KiB`;

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** A length of time that somebody set, in its two largest units: `5 s`, `1 min 30 s`, `1 h`. */
export function spanText(seconds: number): string {
  let rest = seconds;
  const parts = UNITS.flatMap(([unit, name]) => {
    const units = Math.floor(rest / unit);
    rest %= unit;
    return units === 0 ? [] : [`${units} ${name}`];
  });
  return parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
}

/** What happened and what to do, in one or two sentences. */
export function errorText(error: unknown): string {
  if (!(error instanceof SottoError))
    return sanitizeLine(error instanceof Error ? error.message : String(error));
  return `${sanitizeLine(error.message)} ${remedyText(error)}`;
}

const THE_TIME = 'the time given';

/** The protocol's remedy, with the time that the server gave. */
function remedyText({ info: { remedy }, retryAfterMs }: SottoError): string {
  if (retryAfterMs <= 0) return remedy;
  const wait = spanText(Math.ceil(retryAfterMs / 1_000));
  return remedy.includes(THE_TIME) ? remedy.replace(THE_TIME, wait) : `${remedy} Try again in ${wait}.`;
}
