/** What Tab makes of a line that is being typed: from what is known here, the network is never asked. */

import type { Completes } from '@sotto/app/commands';
import { EMOJI, escapePath, expectedAfter, SLASH_COMMANDS } from '@sotto/app/commands';
import type { JoinedRoom } from '@sotto/client';
import { sanitizeLine } from '../sanitize.ts';

export interface Known {
  /** Paths on this machine that begin so; without it none are completed. */
  paths?: (start: string) => readonly string[];
  rooms: readonly JoinedRoom[];
  /** User names. */
  people: readonly string[];
}

/** Candidates, and the part of the line that each of them replaces: as readline wants it. */
export type Completions = readonly [candidates: readonly string[], replaced: string];

const NOTHING: Completions = [[], ''];
/** More would scroll everything else away. */
const CANDIDATES_MAX = 100;

export function completeLine(line: string, known: Known): Completions {
  const word = /\S*$/u.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  if (before.trim() === '' && word.startsWith('/'))
    return matching(
      word,
      [...SLASH_COMMANDS.keys()].map((name) => `/${name} `),
    );
  const path = PATH_LINE.exec(line);
  if (path !== null && !/^[#@]/.test(path[1] ?? '')) return completePath(path[1] ?? '', known);
  const [, name, words] = /^\s*\/(\S+)\s+(.*)$/su.exec(before) ?? [];
  if (name !== undefined)
    return completeArgument(word, name, (words ?? '').split(/\s+/u).filter(Boolean), known);
  // In front of the colon it is where to; behind it, somebody who is meant.
  if (before.trim() === '') return matching(word, startsOf(word, known));
  return completeInText(word, known);
}

function startsOf(word: string, known: Known): readonly string[] {
  if (word.startsWith('#')) return roomNames(known).map((name) => `${name}: `);
  if (word === '') return [];
  return people(known, word.startsWith('@') ? '@' : '').map((name) => `${name}: `);
}

function completeInText(word: string, known: Known): Completions {
  if (word.startsWith('#')) return matching(word, roomNames(known).map(spaced));
  if (word.startsWith('@')) return matching(word, [...people(known, '@'), '@room'].map(spaced));
  if (/^:[a-z0-9_+-]+$/.test(word))
    return matching(word, emojiNames(), (name) => `${EMOJI.get(name.slice(1, -1)) ?? ''} `);
  return NOTHING;
}

function completeArgument(word: string, name: string, before: readonly string[], known: Known): Completions {
  const expected = expectedAfter(SLASH_COMMANDS.get(name)?.completes ?? [], before);
  const isText = expected.includes('text') && !word.startsWith('#');
  if (isText) return completeInText(word, known);
  const all = expected.flatMap((what) =>
    what === 'text' ? [] : candidates(what === 'path' ? 'conversation' : what, word, known),
  );
  return all.length === 0 ? NOTHING : matching(word, all);
}

function candidates(
  what: Exclude<Completes, 'text' | 'path' | 'room?'>,
  word: string,
  known: Known,
): readonly string[] {
  const sign = word.startsWith('@') ? '@' : '';
  switch (what) {
    case 'room':
      return roomNames(known).map(spaced);
    case 'user':
      return people(known, sign).map(spaced);
    case 'conversation':
      return [...roomNames(known), ...people(known, '@')].map(spaced);
    case 'command':
      return [...SLASH_COMMANDS.keys()].map(spaced);
    case 'emoji':
      return emojiNames().map(spaced);
    default:
      return [
        ...what.flatMap((option) => optionsOf(option, known)),
        ...(sign === '' ? [] : people(known, sign).map(spaced)),
        ...(word.startsWith('#') ? roomNames(known).map(spaced) : []),
      ];
  }
}

/** The line up to a path that is being typed, which may have blanks in quotes or behind backslashes. */
const PATH_LINE = /^\s*\/send\s+(?:[#@]\S*\s+)?((?:\\.|'[^']*$|"[^"]*$|[^\s\\'"])*)$/u;

function completePath(word: string, { paths = () => [] }: Known): Completions {
  const quote = /^['"]/.exec(word)?.[0] ?? '';
  const start = quote === '' ? word.replace(/\\(.)/gu, '$1') : word.slice(1);
  const typed = (path: string) => (quote === '' ? escapePath(path) : quote + path);
  const found = paths(start)
    .filter((path) => sanitizeLine(path) === path && (quote === '' || !path.includes(quote)))
    .slice(0, CANDIDATES_MAX)
    .map(typed);
  const [only, ...others] = found;
  const isFile = only !== undefined && others.length === 0 && !only.endsWith('/');
  return [isFile ? [`${only}${quote} `] : found, word];
}

/** `in:#` and `from:` go on with a name. */
function optionsOf(option: string, known: Known): readonly string[] {
  if (option === 'in:#') return roomNames(known).map((name) => `in:${name} `);
  if (option === 'in:@') return people(known, 'in:@').map(spaced);
  if (option === 'from:') return people(known, 'from:').map(spaced);
  return [option.endsWith(':') ? option : spaced(option)];
}

const spaced = (word: string): string => `${word} `;
const emojiNames = (): readonly string[] => [...EMOJI.keys()].map((name) => `:${name}:`);
/** Names that cannot be typed as they are shown are not offered. */
const typable = (name: string): boolean => name !== '' && sanitizeLine(name) === name && !/\s/u.test(name);

const roomNames = ({ rooms }: Known): readonly string[] =>
  rooms.filter(({ kind, name }) => kind !== 'direct' && typable(name)).map(({ name }) => `#${name}`);

const people = ({ people }: Known, sign: string): readonly string[] =>
  people.filter(typable).map((name) => `${sign}${name}`);

function matching(
  word: string,
  all: readonly string[],
  becomes: (candidate: string) => string = (candidate) => candidate,
): Completions {
  const start = word.toLowerCase();
  const found = [...new Set(all)].filter((candidate) => candidate.toLowerCase().startsWith(start)).sort();
  const shown = found.slice(0, CANDIDATES_MAX);
  return [shown.length === 1 ? shown.map(becomes) : shown, word];
}
