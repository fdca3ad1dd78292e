/** What is older than a room keeps is erased in time (M10). */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  LOBBY,
  type RoomNumber,
  roomStream,
  SERVER_DEVICE,
  type Sequence,
  type StreamId,
} from '@sotto/model';
import { VirtualClock } from '@sotto/protocol/testing';
import { EventKind } from '@sotto/schema';
import { encodeContent, newEvent } from '../events/content.ts';
import { Asking, numbered } from '../testing/asking.ts';
import { createWorld } from '../testing/world.ts';
import { Retention, SWEEP_MS } from './retention.ts';
import { NEW_ROOM } from './rooms.ts';
import type { RoomRecord } from './store.ts';

const DAY_MS = 24 * 60 * 60_000;

describe('sweeps', () => {
  let clock: VirtualClock;
  let rooms: RoomRecord[];
  let trimmed: [StreamId, number][];
  let failures: unknown[];
  let others: number;
  /** What trimming waits for. */
  let gate: Promise<void>;
  let retention: Retention;

  beforeEach(() => {
    clock = new VirtualClock();
    [rooms, trimmed, failures, others, gate] = [[], [], [], 0, Promise.resolve()];
    retention = new Retention({
      store: {
        roomsWithRetention: async (after, limit) =>
          rooms.filter(({ number }) => number > after).slice(0, limit),
      },
      events: {
        // One event each day since 1970.
        firstAfter: async (_stream, timeMs) => Math.ceil(timeMs / DAY_MS) as Sequence,
        stream: async () => ({ head: 1_000_000 as Sequence, firstKept: 1 as Sequence, epoch: 0 }),
      },
      log: {
        trim: async (stream, before) => {
          await gate;
          trimmed.push([stream, before]);
        },
      },
      alsoSweep: async () => {
        others++;
      },
      clock,
      onFailure: (failure) => failures.push(failure),
    });
  });

  afterEach(() => retention.stop());

  const keeping = (number: number, retentionDays: number): RoomRecord => ({
    number: number as RoomNumber,
    kind: 'public',
    name: `room ${number}`,
    directUsers: undefined,
    createdMs: 0,
    settings: { ...NEW_ROOM, retentionDays },
  });

  test('[RETENTION-1] every 10 minutes each room loses what is older than it keeps', async () => {
    rooms = Array.from({ length: 250 }, (_, index) => keeping(index + 1, 7));
    const days = Math.ceil((clock.now() + SWEEP_MS) / DAY_MS) - 7;
    await clock.advance(SWEEP_MS - 1);
    expect(trimmed).toEqual([]);
    await clock.advance(1);
    expect(trimmed).toEqual(rooms.map(({ number }) => [roomStream(number), days]));
    expect(others).toBe(1);
    trimmed = [];
    rooms = [keeping(4, 2)];
    await clock.advance(SWEEP_MS);
    expect(trimmed).toEqual([[roomStream(4 as RoomNumber), days + 5]]);
  });

  test('[RETENTION-1] where nothing is old enough nothing is done', async () => {
    rooms = [keeping(4, Math.ceil((clock.now() + SWEEP_MS) / DAY_MS))];
    await clock.advance(SWEEP_MS);
    expect([trimmed.length, others]).toEqual([0, 1]);
  });

  test('[RETENTION-1] a sweep that fails is told of, and the next one tries again', async () => {
    rooms = [keeping(4, 7)];
    gate = Promise.reject(new Error('the disk is full'));
    gate.catch(() => {});
    await clock.advance(SWEEP_MS);
    expect([trimmed.length, failures.length]).toEqual([0, 1]);
    gate = Promise.resolve();
    await clock.advance(SWEEP_MS);
    expect([trimmed.length, failures.length]).toEqual([1, 1]);
  });

  test('[RETENTION-1] one sweep at a time; stopping waits for the room it is at, and goes on to no other', async () => {
    rooms = [keeping(4, 7), keeping(5, 7)];
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    await clock.advance(3 * SWEEP_MS);
    let stopped = false;
    const stopping = retention.stop().then(() => {
      stopped = true;
    });
    await clock.advance(SWEEP_MS);
    expect([trimmed.length, stopped]).toEqual([0, false]);
    resolve();
    await stopping;
    expect(trimmed.map(([stream]) => stream)).toEqual([roomStream(4 as RoomNumber)]);
    expect(others).toBe(0);
  });
});

test('[RETENTION-1] [RETENTION-2] members see what a room still keeps, and where that begins', async () => {
  const world = await createWorld();
  const asking = new Asking(world);
  let alice = await world.user('alice');
  const room = (1_000 + LOBBY) as RoomNumber;
  const stream = roomStream(room);
  const { number } = alice.session.user;
  const content = encodeContent({ case: 'plain', value: 'x' });
  const message = (ageMs: number) => {
    const head = { stream, kind: EventKind.MESSAGE, timeMs: world.clock.now() - ageMs };
    return newEvent({ ...head, sender: number, device: SERVER_DEVICE }, content, world.random);
  };
  const made = { room, roomKind: 'public' as const, name: 'tea', nameKey: 'tea', directUsers: undefined };
  await world.store.events.append([
    {
      events: [message(3 * DAY_MS), message(DAY_MS), message(DAY_MS - 5 * 60_000), message(DAY_MS / 2)],
      changes: [
        { kind: 'roomCreated', ...made, timeMs: 0 },
        { kind: 'memberSet', room, user: number, role: 'owner', timeMs: 0 },
      ],
    },
  ]);
  await asking.ask(alice, 'changeRoom', { room: numbered(room), settings: { retentionDays: 1 } });
  const read = () => asking.ask(alice, 'readHistory', { stream });
  expect(await read()).toMatchObject({ firstKept: 1, head: 5 });
  await world.clock.advance(SWEEP_MS);
  alice = await world.device(alice);
  const page = await read();
  expect(page).toMatchObject({ firstKept: 4, head: 5 });
  expect(page.events.map(({ sequence }) => sequence)).toEqual([4, 5]);
  expect((await asking.follow(alice, room)).heads).toMatchObject([{ firstKept: 4, head: 5 }]);
  expect(asking.heard(alice, room)).toEqual(['MESSAGE', 'ROOM_CHANGED']);
  const { membership } = await asking.ask(alice, 'readMembership', { room: numbered(room) });
  expect(membership).toMatchObject({ firstKept: 4 });
  await world.close();
  expect(world.errors).toEqual([]);
});
