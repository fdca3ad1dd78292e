import { describe, expect, test } from 'bun:test';
import { LOBBY, roomStream } from '@sotto/model';
import type { DerivedChange } from '../../events/store.ts';
import type { Store } from '../store.ts';
import {
  append,
  appendOne,
  type Backend,
  createUsers,
  device,
  memberSet,
  newEvent,
  room,
  roomCreated,
  roomRecord,
  sequence,
  user,
  withStore,
} from './fixtures.ts';

const STREAM = roomStream(room(9));

/** Room 9, public, with its owner 1 and one event in it; users 1 to 3. */
const withRoom = (backend: Backend, run: (store: Store) => Promise<void>): Promise<void> =>
  withStore(backend, async (store) => {
    await createUsers(store, 'ann', 'ben', 'cleo');
    await change(store, roomCreated(9), memberSet(9, 1, 'owner'));
    await run(store);
  });

/** With one event in the stream of room 9. */
const change = (store: Store, ...changes: readonly DerivedChange[]) =>
  appendOne(store, append([newEvent({ stream: STREAM })], { changes }));

const progress = (of: number, on: number, delivered: number, read: number) => ({
  stream: STREAM,
  user: user(of),
  device: device(on),
  delivered: sequence(delivered),
  read: sequence(read),
});

export function roomsSuite(backend: Backend): void {
  describe(`rooms on ${backend.name}`, () => {
    test('M4 room numbers are given once, and never the lobby’s [LOG-12]', () =>
      withStore(backend, async ({ rooms }) => {
        const numbers = await Promise.all(Array.from({ length: 5 }, () => rooms.allocateRoomNumber()));
        expect(new Set([LOBBY, ...numbers]).size).toBe(6);
      }));

    test('M4 rooms are found by number, name and pair', () =>
      withRoom(backend, async (store) => {
        const { rooms } = store;
        const direct = roomCreated(10, {
          roomKind: 'direct',
          name: '',
          nameKey: undefined,
          directUsers: [user(1), user(2)],
        });
        await change(store, direct);
        const named = { number: 9, kind: 'public', name: 'room 9', directUsers: undefined };
        expect(await rooms.room(room(9))).toMatchObject(named);
        expect(await rooms.roomByName('room 9')).toMatchObject(named);
        expect(await rooms.directRoom(user(1), user(2))).toEqual(
          roomRecord(10, { kind: 'direct', name: '', directUsers: [user(1), user(2)] }),
        );
        expect(await rooms.room(room(11))).toBeUndefined();
        expect(await rooms.roomByName('Room 9')).toBeUndefined();
        expect(await rooms.directRoom(user(2), user(3))).toBeUndefined();
      }));

    test('a name and a pair have one room, within a batch too [LOG-12]', () =>
      withRoom(backend, async (store) => {
        const direct = (number: number, other: number) =>
          append([newEvent()], {
            changes: [roomCreated(number, { nameKey: undefined, directUsers: [user(1), user(other)] })],
          });
        const results = await store.events.append([
          append([newEvent()], { changes: [roomCreated(20, { nameKey: 'room 9' })] }),
          append([newEvent()], { changes: [roomCreated(21, { nameKey: 'lobby' })] }),
          direct(22, 2),
          direct(23, 2),
          direct(24, 3),
        ]);
        expect(results.map((result) => result.kind)).toEqual([
          'roomExists',
          'roomExists',
          'appended',
          'roomExists',
          'appended',
        ]);
      }));

    test('M4 members are listed by page with their roles, and counted [LOG-6]', () =>
      withRoom(backend, async (store) => {
        await change(store, memberSet(9, 3), memberSet(9, 2));
        const { rooms } = store;
        expect(await rooms.members(room(9), user(0), 2)).toEqual([
          { user: user(1), role: 'owner', since: sequence(1) },
          { user: user(2), role: 'member', since: sequence(2) },
        ]);
        expect(await rooms.members(room(9), user(2), 2)).toEqual([
          { user: user(3), role: 'member', since: sequence(2) },
        ]);
        expect(await rooms.memberCount(room(9))).toBe(3);
        await change(store, { kind: 'memberRemoved', room: room(9), user: user(2) });
        expect(await rooms.memberCount(room(9))).toBe(2);
        expect(await rooms.membership(user(2), room(9))).toBeUndefined();
      }));

    test('M3 in the lobby every user counts, without member rows', () =>
      withRoom(backend, async ({ rooms }) => {
        expect(await rooms.memberCount(LOBBY)).toBe(3);
        expect(await rooms.members(LOBBY, user(0), 10)).toEqual([]);
        expect(await rooms.membership(user(2), LOBBY)).toMatchObject({ role: 'member', head: 0 });
        expect(await rooms.membership(user(99), LOBBY)).toBeUndefined();
      }));

    test('M4 memberships have the lobby first, then by number', () =>
      withRoom(backend, async (store) => {
        const more = [roomCreated(12), memberSet(12, 1), roomCreated(11), memberSet(11, 1), roomCreated(10)];
        await change(store, ...more);
        const numbers = async (of: number) =>
          (await store.rooms.memberships(user(of))).map((one) => Number(one.room.number));
        expect(await numbers(1)).toEqual([1, 9, 11, 12]);
        expect(await numbers(2)).toEqual([1]);
        expect(await numbers(99)).toEqual([]);
        expect((await store.rooms.memberships(user(1)))[1]).toEqual({
          room: roomRecord(9),
          role: 'owner',
          delivered: sequence(0),
          read: sequence(0),
          head: sequence(2),
          firstKept: sequence(1),
        });
      }));

    test('M6 a member’s cursors start at the head before the append that adds it [LOG-8]', () =>
      withRoom(backend, async (store) => {
        await change(store);
        await store.events.append([
          append([newEvent({ stream: STREAM })]),
          append([newEvent({ stream: STREAM })], { changes: [memberSet(9, 2)] }),
        ]);
        const joined = { role: 'member', delivered: 3, read: 3, head: 4 };
        expect(await store.rooms.membership(user(2), room(9))).toMatchObject(joined);
        await change(store, memberSet(9, 2, 'owner'));
        const promoted = { ...joined, role: 'owner', head: 5 };
        expect(await store.rooms.membership(user(2), room(9))).toMatchObject(promoted);
        await change(store, { kind: 'memberRemoved', room: room(9), user: user(2) });
        await change(store, memberSet(9, 2));
        const again = { role: 'member', delivered: 6, read: 6, head: 7 };
        expect(await store.rooms.membership(user(2), room(9))).toMatchObject(again);
      }));

    test('M6 cursors only move forward; a user is where its furthest device is [LOG-8]', () =>
      withRoom(backend, async ({ rooms }) => {
        const cursors = async () => {
          const { delivered, read } = (await rooms.membership(user(1), room(9))) ?? {};
          return [Number(delivered), Number(read)];
        };
        await rooms.saveProgress([]);
        await rooms.saveProgress([progress(1, 4, 5, 3), progress(1, 5, 2, 2)]);
        expect(await cursors()).toEqual([5, 3]);
        await rooms.saveProgress([progress(1, 5, 4, 4), progress(1, 4, 1, 1)]);
        expect(await cursors()).toEqual([5, 4]);
        await rooms.saveProgress([progress(1, 5, 8, 6)]);
        expect(await cursors()).toEqual([8, 6]);
      }));

    test('M6 progress of thousands is saved at once', () =>
      withRoom(backend, async ({ rooms }) => {
        const many = Array.from({ length: 2_500 }, (_, index) => progress(1, index + 1, index, 0));
        await rooms.saveProgress(many);
        expect((await rooms.membership(user(1), room(9)))?.delivered).toBe(sequence(2_499));
      }));

    test('M6 receipts say how far each member is, and nobody else', () =>
      withRoom(backend, async (store) => {
        await change(store, memberSet(9, 2), memberSet(9, 3));
        const { rooms } = store;
        await rooms.saveProgress([progress(2, 4, 5, 3), progress(2, 5, 4, 4), progress(77, 6, 5, 5)]);
        const receipts = await rooms.receipts(STREAM, 10);
        expect(receipts).toEqual([
          { user: user(1), delivered: sequence(0), read: sequence(0) },
          { user: user(2), delivered: sequence(5), read: sequence(4) },
          { user: user(3), delivered: sequence(1), read: sequence(1) },
        ]);
        expect(await rooms.receipts(STREAM, 2)).toEqual(receipts.slice(0, 2));
        expect(await rooms.receipts(roomStream(LOBBY), 10)).toHaveLength(3);
      }));

    test('M4 listed are the lobby, public rooms, and private ones of the user; never direct ones', () =>
      withRoom(backend, async (store) => {
        const hidden = (number: number, roomKind: 'private' | 'direct') => roomCreated(number, { roomKind });
        const changes = [hidden(10, 'private'), memberSet(10, 2), hidden(11, 'direct'), memberSet(11, 2)];
        await change(store, ...changes, roomCreated(12), hidden(13, 'private'));
        const seen = async (of: number, after: number, limit: number) =>
          (await store.rooms.visibleRooms(user(of), room(after), limit)).map(
            ({ room: { number }, members, joined }) => [Number(number), members, joined],
          );
        const lobby = [1, 3, true];
        expect(await seen(2, 0, 10)).toEqual([lobby, [9, 1, false], [10, 1, true], [12, 0, false]]);
        expect(await seen(1, 0, 10)).toEqual([lobby, [9, 1, true], [12, 0, false]]);
        expect(await seen(2, 0, 2)).toEqual([lobby, [9, 1, false]]);
        expect(await seen(2, 9, 1)).toEqual([[10, 1, true]]);
        expect(await seen(2, 12, 10)).toEqual([]);
      }));
  });
}
