import { describe, expect, test } from 'bun:test';
import { encodeFrame } from '@sotto/protocol';
import type { Chunk } from '@sotto/protocol/testing';
import { CloseCode, CONNECTION_CREDIT_BYTES, LANE_CREDIT_BYTES } from '@sotto/protocol/udp';
import { connected, DELAY_MS, expectHeard, ROUND_TRIP_MS, spokenFor } from './scene.ts';

const FILE = 2;
const CHAT = 1;
/** 20 Mbit/s. */
const RATE_BYTES_PER_MS = 2_500;

describe('T4 [CREDIT-2]: a gap in one lane delays no other', () => {
  test('chat comes as if nothing was lost while packets of a file are', () => {
    const pair = connected();
    const { world, client, server, caller, atServer } = pair;
    let lost = 0;
    let warm = false;
    caller.site.up.drops = ({ bytes }) => {
      const chunks = atServer.read(world.queue.now, bytes)?.chunks ?? [];
      const isFile = chunks.some((chunk) => chunk.kind === 'lane' && chunk.lane === FILE);
      const isChat = chunks.some((chunk) => chunk.kind === 'lane' && chunk.lane === CHAT);
      if (!warm || !isFile || isChat || lost >= 5) return false;
      lost++;
      return true;
    };
    // Until the congestion window is wide enough for all that follows.
    client.say(FILE, 20);
    pair.run(3_000);
    warm = true;
    client.say(FILE, 4);
    const said: number[] = [];
    const delays: number[] = [];
    server.arrivals = (lane, index) => {
      if (lane === CHAT) delays.push(world.queue.now - (said[index] ?? 0));
    };
    for (let count = 0; count < 20; count++) {
      said.push(world.queue.now);
      client.say(CHAT, 1);
      pair.run(7);
    }
    pair.run(2_000);
    expect(lost).toBe(5);
    expect(delays).toHaveLength(20);
    expect(Math.max(...delays)).toBeLessThan(DELAY_MS + 2);
    expectHeard(pair);
  });
});

test('T4 [CREDIT-4]: a chat message during a file takes at most a round trip more', () => {
  const line = { bytesPerMs: RATE_BYTES_PER_MS, queueBytes: 30 * RATE_BYTES_PER_MS, delayMs: 15 };
  const pair = connected({}, line, line);
  const { world, client, server } = pair;
  for (let count = 0; count < 100; count++) client.say(FILE, 1);
  const said: number[] = [];
  const delays: number[] = [];
  server.arrivals = (lane, index) => {
    if (lane === CHAT) delays.push(world.queue.now - (said[index] ?? 0));
  };
  for (let count = 0; count < 10; count++) {
    pair.run(50);
    said.push(world.queue.now);
    client.say(CHAT, 1);
  }
  expect(client.connection.bufferedBytes).toBeGreaterThan(100_000);
  pair.run(3_000);
  expect(delays).toHaveLength(10);
  expect(Math.max(...delays)).toBeLessThan(line.delayMs + 2 * line.delayMs + 5);
  expectHeard(pair);
});

describe('T4 [CREDIT-5]: datagrams', () => {
  test('leave ahead of files, and are not said again when they are lost', () => {
    const pair = connected({}, { bytesPerMs: 100, queueBytes: 100_000 });
    const { world, client, server, caller, atServer } = pair;
    let seen = 0;
    const times: number[] = [];
    caller.site.up.drops = ({ bytes }) => {
      const chunks = atServer.read(world.queue.now, bytes)?.chunks ?? [];
      const datagrams = chunks.filter(({ kind }) => kind === 'datagram').length;
      if (datagrams > 0) times.push(world.queue.now);
      seen += datagrams;
      return datagrams > 0;
    };
    client.say(FILE, 8);
    const begin = world.queue.now;
    for (let count = 0; count < 10; count++) client.sayUnreliable();
    pair.run(20_000);
    expect(seen).toBe(10);
    expect(server.heardUnreliable.size).toBe(0);
    expect(Math.max(...times) - begin).toBeLessThan(1_000);
    expectHeard(pair);
  });

  test('beyond 64 waiting are dropped, the oldest first', () => {
    const pair = connected();
    for (let count = 0; count < 200; count++) pair.client.sayUnreliable();
    pair.run(2_000);
    expect([...pair.server.heardUnreliable].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 64 }, (_, index) => 136 + index),
    );
  });
});

const lane = (number: number, offset: number, bytes: Uint8Array): Chunk => ({
  kind: 'lane',
  lane: number,
  offset,
  bytes,
});

describe('T4 T10 [CREDIT-3]: a peer that does not keep to its credit', () => {
  test('of a lane is told so, and what it said is not kept', () => {
    const { say, server } = spokenFor();
    say([lane(FILE, LANE_CREDIT_BYTES - 10, new Uint8Array(10))]);
    expect(server.end).toBeUndefined();
    say([lane(FILE, LANE_CREDIT_BYTES - 9, new Uint8Array(10))]);
    expect(server.end).toMatchObject({ by: 'fault', code: CloseCode.credit });
  });

  test('of the connection is, though it keeps to that of each lane', () => {
    const { say, server } = spokenFor();
    const lanes = Math.ceil(CONNECTION_CREDIT_BYTES / LANE_CREDIT_BYTES);
    for (let count = 0; count < lanes; count++)
      say([lane(FILE + count, LANE_CREDIT_BYTES - 1, new Uint8Array(1))]);
    say([lane(FILE + lanes, LANE_CREDIT_BYTES - 1, new Uint8Array(1))]);
    expect(server.end).toMatchObject({ by: 'fault', code: CloseCode.credit });
  });
});

test('T10 [CREDIT-6]: a peer that sends every second byte makes the server keep no more than 1,024 pieces', () => {
  const { say, server, world } = spokenFor();
  for (let count = 0; count < 60; count++)
    say(
      Array.from({ length: 100 }, (_, index) => lane(FILE, 2 * (100 * count + index) + 1, new Uint8Array(1))),
    );
  expect(server.end).toBeUndefined();
  // Those beyond the bound were dropped as if lost.
  expect(server.connection.stats().packetsDropped).toBeGreaterThanOrEqual(60 - 10);
  expect(world.problems).toEqual([]);
});

describe('T10 [CREDIT-1]: a frame', () => {
  test('on a lane that its header does not name is malformed', () => {
    const { say, server } = spokenFor();
    const stray = encodeFrame({ version: 1, type: 1, lane: CHAT, requestId: 0 }, new Uint8Array(5));
    say([lane(FILE, 0, stray)]);
    expect(server.end).toMatchObject({ by: 'fault', code: CloseCode.malformed });
    expect(server.heard[FILE] ?? 0).toBe(0);
  });

  test('longer than is allowed is malformed as soon as its header says so', () => {
    const { say, world } = spokenFor();
    say([lane(FILE, 0, Uint8Array.of(1, 1, FILE, 0xff, 0xff, 0xff, 0, 0, 0, 0))]);
    expect(world.problems.join()).toContain('malformed');
  });
});

test('T4 [CREDIT-3]: much more than the credit arrives, since credit grows with what is read', () => {
  const pair = connected({}, { delayMs: 5 }, { delayMs: 5 });
  for (let count = 0; count < 150; count++) pair.client.say(FILE + (count % 3), 1);
  expect(pair.client.sent.bytes).toBeGreaterThan(5 * CONNECTION_CREDIT_BYTES);
  pair.run(20 * ROUND_TRIP_MS + 5_000);
  expectHeard(pair);
});
