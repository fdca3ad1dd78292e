import { describe, expect, test } from 'bun:test';
import { LOBBY, roomStream } from '@sotto/model';
import {
  append,
  appendOne,
  type Backend,
  createUsers,
  failure,
  newEvent,
  roomRecord,
  sequence,
  stream,
  user,
  withStore,
} from './fixtures.ts';

export function storeSuite(backend: Backend): void {
  describe(`store on ${backend.name}`, () => {
    test('O1 a new store has the lobby, empty, and nobody', () =>
      withStore(backend, async ({ rooms, events, accounts }) => {
        const lobby = roomRecord(LOBBY, { kind: 'lobby', name: 'lobby', createdMs: 0 });
        expect(await rooms.room(LOBBY)).toEqual(lobby);
        expect(await rooms.roomByName('lobby')).toEqual(lobby);
        expect(await events.stream(roomStream(LOBBY))).toEqual({
          head: sequence(0),
          firstKept: sequence(1),
          epoch: 0,
        });
        expect(await accounts.userCount()).toBe(0);
      }));

    test('O1 everything is there after closing and opening; the incarnation stays [LOG-9]', async () => {
      const place = await backend.create();
      const first = await place.open();
      const incarnation = await first.events.incarnation();
      await appendOne(first, append([newEvent()]));
      await createUsers(first, 'alice');
      await first.close();
      const second = await place.open();
      expect(await second.events.incarnation()).toBe(incarnation);
      expect(await second.events.read(stream(8), sequence(0), 10)).toHaveLength(1);
      expect((await second.accounts.userByNumber(user(1)))?.name).toBe('alice');
      await second.close();
      await place.remove();
    });

    test('two logs have different incarnations [LOG-9]', () =>
      withStore(backend, (one) =>
        withStore(backend, async (other) => {
          expect(await one.events.incarnation()).not.toBe(await other.events.incarnation());
        }),
      ));

    test('close waits for what is under way, may be repeated, and later calls reject', async () => {
      const place = await backend.create();
      const store = await place.open();
      const underWay = [
        store.events.append([append([newEvent()])]),
        store.rooms.allocateRoomNumber(),
        store.accounts.userCount(),
      ];
      await Promise.all([store.close(), store.close()]);
      expect(await Promise.allSettled(underWay)).toMatchObject(underWay.map(() => ({ status: 'fulfilled' })));
      for (const late of [
        store.accounts.userCount(),
        store.events.append([]),
        store.rooms.allocateRoomNumber(),
      ]) {
        expect(await failure(late)).toMatchObject({ name: 'StorageError', code: 'closed' });
      }
      await place.remove();
    });

    test('appends and transactions under way at the same time do not mix [LOG-2]', () =>
      withStore(backend, async (store) => {
        const work = Array.from({ length: 40 }, (_, index) =>
          index % 2 === 0
            ? appendOne(store, append([newEvent()])).then((result) => result.kind)
            : store.rooms.allocateRoomNumber(),
        );
        const results = await Promise.all(work);
        expect(results.filter((result) => result === 'appended')).toHaveLength(20);
        expect(new Set(results.filter((result) => result !== 'appended')).size).toBe(20);
        expect((await store.events.stream(stream(8))).head).toBe(sequence(20));
      }));
  });
}
