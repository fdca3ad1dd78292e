/** The quick switcher and the order of the list: interface.md, keys. */
import { describe, expect, test } from 'bun:test';
import type { JoinedRoom, PersonPresence } from '@sotto/client';
import type { RoomNumber, Sequence, UserNumber, UserUuid } from '@sotto/model';
import { stepFrom } from '../shell/shell-keys.ts';
import { targetsFor } from './finding.ts';
import { inOrder, sectionsOf } from './sections.ts';

const person = (number: number, name: string, displayName = ''): PersonPresence => ({
  number: number as UserNumber,
  uuid: `uuid-${number}` as UserUuid,
  name,
  displayName,
  owner: false,
  administrator: false,
  deleted: false,
  assistant: false,
  online: false,
  lastSeen: undefined,
});

const room = (number: number, name: string, more: Partial<JoinedRoom> = {}): JoinedRoom => ({
  number: number as RoomNumber,
  kind: number === 1 ? 'lobby' : 'public',
  name,
  peer: undefined,
  role: 'member',
  head: 0 as Sequence,
  read: 0 as Sequence,
  unread: 0,
  mentions: 0,
  ...more,
});

const direct = (number: number, peer: PersonPresence): JoinedRoom =>
  room(number, peer.name, { kind: 'direct', peer });

const zoe = person(9, 'zoe', 'Zoé Quirk');
const rooms = [room(4, 'ops 10'), room(2, 'tea'), room(1, 'lobby'), room(3, 'Ops 9'), direct(5, zoe)];
const me = person(1, 'me');
const people = [me, person(2, 'tess'), zoe, { ...person(3, 'gone'), deleted: true }];

const found = (query: string, of = rooms) =>
  targetsFor(query, of, people, me).map((target) =>
    target.kind === 'room' ? target.room.name : `@${target.person.name}`,
  );

describe('C1 the list of rooms', () => {
  test('the lobby, then rooms by name, then people; numbers in names count as numbers', () => {
    expect(sectionsOf(rooms).map((section) => section.rooms.map(({ name }) => name))).toEqual([
      ['lobby', 'Ops 9', 'ops 10', 'tea'],
      ['zoe'],
    ]);
  });

  test('what is unread moves nothing', () => {
    const later = rooms.map((one) => ({ ...one, unread: one.number }));
    expect(inOrder(later).map(({ number }) => number)).toEqual(inOrder(rooms).map(({ number }) => number));
  });
});

describe('C1 the quick switcher finds', () => {
  test.each([
    ['tea', ['tea']],
    ['te', ['tea', '@tess']],
    ['#tea', ['tea']],
    ['quirk', ['zoe']],
    ['zoe', ['zoe']],
    ['ZOÉ', ['zoe']],
    ['os9', ['Ops 9']],
    ['gone', []],
    ['nothing', []],
  ])('by %p: %p', (query, names) => {
    expect(found(query)).toEqual(names);
  });

  test('without a word, what wants me first: mentions, direct messages, the rest of what is unread', () => {
    const waiting = [
      room(1, 'lobby'),
      room(2, 'tea', { unread: 7 }),
      room(3, 'ops', { unread: 1, mentions: 1 }),
      { ...direct(5, zoe), unread: 2 },
    ];
    expect(found('', waiting)).toEqual(['ops', 'zoe', 'tea', 'lobby', '@tess']);
  });
});

describe('C1 Alt+Up and Alt+Down', () => {
  const order = inOrder(rooms);
  const from = (number: number | undefined, direction: 1 | -1, isWanted = (_: JoinedRoom) => true) =>
    stepFrom(order, number as RoomNumber | undefined, direction, isWanted)?.name;

  test('go through the list and around its ends', () => {
    expect([from(1, 1), from(1, -1), from(5, 1), from(2, -1)]).toEqual(['Ops 9', 'zoe', 'lobby', 'ops 10']);
  });

  test('begin at an end where no room is open', () => {
    expect([from(undefined, 1), from(undefined, -1)]).toEqual(['lobby', 'zoe']);
  });

  test('skip what is not wanted, and stay where nothing is', () => {
    expect(from(1, 1, ({ name }) => name === 'tea')).toBe('tea');
    expect(from(1, 1, () => false)).toBeUndefined();
    expect(stepFrom([], undefined, 1, () => true)).toBeUndefined();
  });
});
