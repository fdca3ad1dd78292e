/** What somebody means who types part of a name: rooms and people in the order of how well they fit. */
import type { JoinedRoom, Person, PersonPresence } from '@sotto/client';
import { shownName } from './sections.ts';

export type Target =
  | { kind: 'room'; key: string; room: JoinedRoom }
  /** Somebody with whom there are no direct messages yet. */
  | { kind: 'person'; key: string; person: PersonPresence };

export const SHOWN_MAX = 50;

/** Without a query: what is unread first, mentions before the rest. */
export function targetsFor(
  query: string,
  rooms: readonly JoinedRoom[],
  people: readonly PersonPresence[],
  me: Person | undefined,
): readonly Target[] {
  const known = new Set([me?.number, ...rooms.map(({ peer }) => peer?.number)]);
  const targets: Target[] = [
    ...rooms.map((room): Target => ({ kind: 'room', key: `room-${room.number}`, room })),
    ...people
      .filter(({ number, deleted }) => !deleted && !known.has(number))
      .map((person): Target => ({ kind: 'person', key: `person-${person.number}`, person })),
  ];
  const wanted = fold(query.replace(/^[#@]/, ''));
  return targets
    .map((target) => ({ target, fit: fitOf(wanted, namesOf(target)), weight: weightOf(target) }))
    .filter(({ fit }) => fit > 0)
    .toSorted((one, other) => other.fit - one.fit || other.weight - one.weight)
    .slice(0, SHOWN_MAX)
    .map(({ target }) => target);
}

const namesOf = (target: Target): readonly string[] =>
  target.kind === 'room'
    ? [shownName(target.room), target.room.name]
    : [target.person.displayName, target.person.name];

function weightOf(target: Target): number {
  if (target.kind === 'person') return target.person.online ? 0.5 : 0;
  const { mentions, unread, kind } = target.room;
  return 1 + (mentions > 0 ? 4 : 0) + (unread > 0 ? 2 : 0) + (unread > 0 && kind === 'direct' ? 2 : 0);
}

/** 0 where none fits; the best of them: the whole name, its beginning, that of a word in it, anywhere, letters in order. */
export const fitOf = (wanted: string, names: readonly string[]): number =>
  Math.max(...names.map((name) => fitOfOne(wanted, fold(name))));

function fitOfOne(wanted: string, name: string): number {
  if (wanted === '') return 1;
  if (name === wanted) return 6;
  if (name.startsWith(wanted)) return 5;
  if (name.split(/[^\p{L}\p{M}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 4;
  if (name.includes(wanted)) return 3;
  return isInOrder(wanted, name) ? 2 : 0;
}

function isInOrder(wanted: string, name: string): boolean {
  let at = 0;
  for (const letter of wanted) {
    const found = name.indexOf(letter, at);
    if (found < 0) return false;
    at = found + letter.length;
  }
  return true;
}

/** Case and accents do not count. */
export const fold = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .trim();
