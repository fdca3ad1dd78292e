/** How rooms are put in order. */
import type { JoinedRoom } from '@sotto/client';

export interface Section {
  key: 'rooms' | 'people';
  title: string;
  rooms: readonly JoinedRoom[];
}

/** Rooms, the lobby first, then by name; and people, by name. Nothing moves when a message comes. */
export function sectionsOf(rooms: readonly JoinedRoom[]): readonly Section[] {
  const sorted = rooms.toSorted(byName);
  return [
    { key: 'rooms', title: 'Rooms', rooms: sorted.filter(({ kind }) => kind !== 'direct') },
    { key: 'people', title: 'Direct messages', rooms: sorted.filter(({ kind }) => kind === 'direct') },
  ];
}

/** As they stand in the list, from the top. */
export const inOrder = (rooms: readonly JoinedRoom[]): readonly JoinedRoom[] =>
  sectionsOf(rooms).flatMap((section) => section.rooms);

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function byName(one: JoinedRoom, other: JoinedRoom): number {
  if (one.kind === 'lobby' || other.kind === 'lobby') return one.kind === 'lobby' ? -1 : 1;
  return names.compare(shownName(one), shownName(other)) || one.number - other.number;
}

/** What it is called in lists: of direct messages, what the person wants to be called. */
export const shownName = ({ name, peer }: Pick<JoinedRoom, 'name' | 'peer'>): string =>
  peer === undefined ? name : peer.displayName || peer.name;
