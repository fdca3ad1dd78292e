import { describe, expect, test } from 'bun:test';
import {
  append,
  appendOne,
  type Backend,
  bytes,
  failure,
  memberSet,
  messageId,
  newEvent,
  room,
  roomCreated,
  sequence,
  stream,
  user,
  withStore,
} from './fixtures.ts';

export function eventsSuite(backend: Backend): void {
  describe(`events on ${backend.name}`, () => {
    test('M7 sequences are contiguous from 1 in each stream, in the order of the batch [LOG-1]', () =>
      withStore(backend, async ({ events }) => {
        const inbox = newEvent({ stream: stream(5) });
        const results = await events.append([
          append([newEvent(), inbox]),
          append([newEvent()]),
          append([inbox, newEvent(), newEvent()]),
        ]);
        expect(results).toEqual([
          { kind: 'appended', sequences: [1, 1].map(sequence) },
          { kind: 'appended', sequences: [2].map(sequence) },
          { kind: 'appended', sequences: [2, 3, 4].map(sequence) },
        ]);
        expect((await events.stream(stream(8))).head).toBe(sequence(4));
        expect((await events.stream(stream(5))).head).toBe(sequence(2));
        expect(await events.append([])).toEqual([]);
      }));

    test('an event is read as it was appended [LOG-3]', () =>
      withStore(backend, async (store) => {
        const full = newEvent({
          relatesTo: 4_000_000_000,
          countsUnread: false,
          timeMs: 1_999_999_999_999,
          content: bytes(64, 'c'),
          clientMessageId: messageId('full'),
        });
        const bare = newEvent({ content: new Uint8Array(), salt: new Uint8Array(), sender: user(0) });
        const long = newEvent({ content: new Uint8Array(70_000).fill(7) });
        await appendOne(store, append([full, bare, long]));
        const read = await store.events.read(stream(8), sequence(0), 10);
        expect(read).toEqual(
          [full, bare, long].map((event, at) => ({ ...event, sequence: sequence(at + 1) })),
        );
      }));

    test('M5 pages read forward after a cursor and backward before one, always ascending [LOG-7]', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append(Array.from({ length: 10 }, () => newEvent())));
        const { events } = store;
        const positions = async (page: ReturnType<typeof events.read>) =>
          (await page).map((event) => Number(event.sequence));
        const of = stream(8);
        expect(await positions(events.read(of, sequence(0), 4))).toEqual([1, 2, 3, 4]);
        expect(await positions(events.read(of, sequence(8), 4))).toEqual([9, 10]);
        expect(await positions(events.read(of, sequence(10), 4))).toEqual([]);
        expect(await positions(events.readBefore(of, sequence(0), 4))).toEqual([7, 8, 9, 10]);
        expect(await positions(events.readBefore(of, sequence(4), 2))).toEqual([2, 3]);
        expect(await positions(events.readBefore(of, sequence(3), 5))).toEqual([1, 2]);
        expect(await positions(events.readBefore(of, sequence(1), 5))).toEqual([]);
        expect(await positions(events.read(stream(400), sequence(0), 5))).toEqual([]);
      }));

    test('F1: pages end where their contents are too much, and have at least one event [PAGE-2]', () =>
      withStore(backend, async (store) => {
        const sizes = [100, 60_000, 60_000, 60_000, 100, 100, 60_000, 60_000, 100, 100];
        const all = sizes.map((size) => newEvent({ content: new Uint8Array(size).fill(7) }));
        await appendOne(store, append(all));
        const { events } = store;
        const positions = async (page: ReturnType<typeof events.read>) =>
          (await page).map((event) => Number(event.sequence));
        const of = stream(8);
        const most = 121_000;
        expect(await positions(events.read(of, sequence(0), 10, most))).toEqual([1, 2, 3]);
        expect(await positions(events.read(of, sequence(3), 10, most))).toEqual([4, 5, 6, 7]);
        expect(await positions(events.read(of, sequence(3), 3, most))).toEqual([4, 5, 6]);
        expect(await positions(events.read(of, sequence(8), 10, most))).toEqual([9, 10]);
        expect(await positions(events.read(of, sequence(1), 10, 1_000))).toEqual([2]);
        expect(await positions(events.read(of, sequence(10), 10, 1_000))).toEqual([]);
        expect(await positions(events.readBefore(of, sequence(0), 10, most))).toEqual([5, 6, 7, 8, 9, 10]);
        expect(await positions(events.readBefore(of, sequence(5), 10, most))).toEqual([3, 4]);
        expect(await positions(events.readBefore(of, sequence(3), 10, 1))).toEqual([2]);
        await events.eraseContents(of, [2, 3].map(sequence));
        expect(await positions(events.read(of, sequence(0), 10, most))).toEqual([1, 2, 3, 4, 5, 6, 7]);
      }));

    test('M7 a client message id is accepted once for ever, in a batch or later [LOG-4]', () =>
      withStore(backend, async (store) => {
        const message = newEvent({ clientMessageId: messageId(1), timeMs: 100 });
        const again = append([{ ...message, timeMs: 200, content: bytes(5, 'other') }]);
        const duplicate = { kind: 'duplicate', sequence: sequence(1), timeMs: 100 } as const;
        const [first, second] = await store.events.append([append([message]), again]);
        expect(first).toEqual({ kind: 'appended', sequences: [sequence(1)] });
        expect(second).toEqual(duplicate);
        expect(await appendOne(store, again)).toEqual(duplicate);
        const where = { sequence: sequence(1), timeMs: 100 };
        const { accepted } = store.events;
        expect(await accepted(message.stream, message.sender, messageId(1))).toEqual(where);
        expect(await accepted(message.stream, message.sender, messageId(2))).toBeUndefined();
        expect(await accepted(message.stream, user(77), messageId(1))).toBeUndefined();
        expect((await store.events.stream(stream(8))).head).toBe(sequence(1));
      }));

    test('M7 the same id of another sender, or in another stream, is another message [LOG-4]', () =>
      withStore(backend, async (store) => {
        const clientMessageId = messageId(1);
        const results = await store.events.append([
          append([newEvent({ clientMessageId })]),
          append([newEvent({ clientMessageId, sender: user(4) })]),
          append([newEvent({ clientMessageId, stream: stream(12) })]),
          append([newEvent()]),
          append([newEvent()]),
        ]);
        expect(results.map((result) => result.kind)).toEqual(Array(5).fill('appended'));
      }));

    test('a duplicate changes nothing, not even what comes with it [LOG-2] [LOG-4]', () =>
      withStore(backend, async (store) => {
        const message = newEvent({ clientMessageId: messageId(1) });
        await appendOne(store, append([message]));
        const retry = append([newEvent({ stream: stream(12) }), message], {
          changes: [roomCreated(9)],
          expectedEpoch: { stream: stream(8), epoch: 5 },
        });
        expect((await appendOne(store, retry)).kind).toBe('duplicate');
        expect(await store.rooms.room(room(9))).toBeUndefined();
        expect((await store.events.stream(stream(12))).head).toBe(sequence(0));
        expect((await store.events.stream(stream(8))).epoch).toBe(0);
      }));

    test('of two appends that expect the same epoch one wins [LOG-10]', () =>
      withStore(backend, async (store) => {
        const expectedEpoch = { stream: stream(8), epoch: 0 };
        const results = await store.events.append([
          append([newEvent()], { expectedEpoch }),
          append([newEvent()], { expectedEpoch }),
          append([newEvent()]),
        ]);
        expect(results).toEqual([
          { kind: 'appended', sequences: [sequence(1)] },
          { kind: 'epochConflict', epoch: 1 },
          { kind: 'appended', sequences: [sequence(2)] },
        ]);
        expect((await store.events.stream(stream(8))).epoch).toBe(1);
        expect(await appendOne(store, append([newEvent()], { expectedEpoch }))).toEqual({
          kind: 'epochConflict',
          epoch: 1,
        });
        const next = append([newEvent()], { expectedEpoch: { stream: stream(8), epoch: 1 } });
        expect((await appendOne(store, next)).kind).toBe('appended');
      }));

    test('a refused append leaves nothing behind and the others of its batch alone [LOG-2] [LOG-6]', () =>
      withStore(backend, async (store) => {
        await appendOne(store, append([newEvent()], { changes: [roomCreated(9)] }));
        const results = await store.events.append([
          append([newEvent()]),
          append([newEvent()], { changes: [memberSet(9, 1), roomCreated(10, { nameKey: 'room 9' })] }),
          append([newEvent()]),
        ]);
        expect(results.map((result) => result.kind)).toEqual(['appended', 'roomExists', 'appended']);
        expect(await store.rooms.memberCount(room(9))).toBe(0);
        expect((await store.events.stream(stream(8))).head).toBe(sequence(3));
      }));

    test('a batch that rejects has committed nothing [LOG-2]', () =>
      withStore(backend, async (store) => {
        const twice = newEvent({ clientMessageId: messageId('twice') });
        const batch = [append([newEvent()], { changes: [roomCreated(9)] }), append([twice, twice])];
        expect(await failure(store.events.append(batch))).toMatchObject({
          name: 'StorageError',
          code: 'internal',
        });
        expect((await store.events.stream(stream(8))).head).toBe(sequence(0));
        expect(await store.rooms.room(room(9))).toBeUndefined();
        expect((await appendOne(store, append([twice]))).kind).toBe('appended');
      }));
  });
}
