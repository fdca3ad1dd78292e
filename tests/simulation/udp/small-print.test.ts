import { describe, expect, test } from 'bun:test';
import { type Chunk, type ConnectionId, parsePacket } from '@sotto/protocol/testing';
import { CLEAN } from './conditions.ts';
import { SERVER } from './network.ts';
import { connected, newWorld, ROUND_TRIP_MS, spokenFor } from './scene.ts';

const ELSEWHERE = '203.0.113.9|9';
const PING: Chunk = { kind: 'ping' };

test('T6 [ADMIT-5] [ADMIT-4]: an unknown version is answered at 1,200 bytes, and not below', () => {
  const world = newWorld();
  let answers = 0;
  world.network.tap = () => {
    answers++;
  };
  for (const [length, expected] of [
    [1_199, 0],
    [1_200, 1],
  ] as const) {
    const bytes = new Uint8Array(length).fill(0x5a);
    bytes[0] = 0xc0;
    world.network.toServer({ bytes, from: ELSEWHERE, to: SERVER, content: undefined });
    world.queue.run(world.queue.now + 5);
    expect(answers).toBe(expected);
  }
});

test('T10 [SHAKE-7]: of packets that come before their keys at most 10 are kept, whoever sends them', () => {
  const world = newWorld({ tlsMs: 200 });
  const caller = world.call(CLEAN, CLEAN);
  let own: ConnectionId | undefined;
  world.network.tap = ({ bytes, from }) => {
    const packet = parsePacket(bytes);
    if (from === SERVER && packet.kind === 'handshake') own ??= packet.from;
  };
  world.queue.run(world.queue.now + 2_000, () => own !== undefined);
  const bytes = new Uint8Array(100).fill(0x41);
  new DataView(bytes.buffer).setBigUint64(1, own ?? 0n);
  for (let count = 0; count < 500; count++)
    world.network.toServer({ bytes, from: ELSEWHERE, to: SERVER, content: undefined });
  world.queue.run(world.queue.now + 2_000);
  const { packetsForged = 0, packetsDropped = 0 } = caller.talk?.server?.connection.stats() ?? {};
  expect(packetsForged).toBe(10);
  // Among them what the client said itself: it says it again.
  expect(packetsDropped).toBeGreaterThanOrEqual(500);
  expect(caller.talk?.client?.open).toBe(true);
});

test('T5 [KEYS-2]: keys before an update open what is late for three probe timeouts, and then nothing', () => {
  const { hand, to, say, world, server, caller, run } = spokenFor();
  const acknowledged = (number: number, since: number) =>
    hear.slice(since).some((chunk) => chunk.kind === 'ack' && chunk.ranges.some(within(number)));
  const within = (number: number) => (range: { first: number; last: number }) =>
    range.first <= number && number <= range.last;
  const hear: Chunk[] = [];
  world.network.tap = ({ bytes }) => void hear.push(...(hand.read(world.queue.now, bytes)?.chunks ?? []));
  say([PING]);
  say([PING]);
  run(100);
  const late = [1, 2].map(() => ({ bytes: hand.packet(to, [PING]), number: hand.last }));
  const deliver = (index: number) => {
    const { bytes = new Uint8Array(0), number = 0 } = late[index] ?? {};
    const since = hear.length;
    world.network.toServer({ bytes, from: caller.address, to: SERVER, content: undefined });
    run(60);
    return acknowledged(number, since);
  };
  hand.protection.acknowledged(hand.last - 2);
  expect(hand.protection.updateNow()).toBe(true);
  say([PING]);
  expect(server.connection.stats().keyUpdates).toBe(1);
  expect(deliver(0)).toBe(true);
  run(3_000);
  const { packetsForged } = server.connection.stats();
  expect(deliver(1)).toBe(false);
  expect(server.connection.stats().packetsForged).toBe(packetsForged + 1);
});

test('T10 [CREDIT-6]: a packet with a piece too many is dropped as if it were lost, and taken once there is room', () => {
  const { hand, to, say, world, server, caller, run } = spokenFor();
  const heard: Chunk[] = [];
  world.network.tap = ({ bytes }) => void heard.push(...(hand.read(world.queue.now, bytes)?.chunks ?? []));
  const piece = (index: number): Chunk => ({
    kind: 'lane',
    lane: 2,
    offset: 2 + 2 * index,
    bytes: Uint8Array.of(0),
  });
  for (let first = 0; first < 1_024; first += 64)
    say(Array.from({ length: 64 }, (_, index) => piece(first + index)));
  const { packetsDropped } = server.connection.stats();
  const bytes = hand.packet(to, [PING, piece(1_024)]);
  const number = hand.last;
  heard.length = 0;
  world.network.toServer({ bytes, from: caller.address, to: SERVER, content: undefined });
  say([PING]);
  say([PING]);
  run(100);
  expect(server.connection.stats().packetsDropped).toBe(packetsDropped + 1);
  const ranges = heard.flatMap((chunk) => (chunk.kind === 'ack' ? chunk.ranges : []));
  expect(ranges.length).toBeGreaterThan(0);
  expect(ranges.some(({ first, last }) => first <= number && number <= last)).toBe(false);
});

describe('T6 [ROAM-4]: a challenge', () => {
  test('is answered where it came from, though the connection is elsewhere', () => {
    const { hand, to, say, world, run } = spokenFor();
    const answered: string[] = [];
    world.network.tap = ({ bytes, to }) => {
      const chunks = hand.read(world.queue.now, bytes)?.chunks ?? [];
      if (chunks.some(({ kind }) => kind === 'response')) answered.push(to);
    };
    const bytes = hand.packet(to, [
      { kind: 'challenge', data: 7n },
      { kind: 'padding', length: 1_000 },
    ]);
    // One with a greater number comes first: the challenge moves nothing.
    say([PING]);
    world.network.toServer({ bytes, from: ELSEWHERE, to: SERVER, content: undefined });
    run(50);
    expect(answered).toEqual([ELSEWHERE]);
  });
});

test('T6 [ROAM-1]: that an ID is retired is told again when it was lost', () => {
  const { caller, client, server, world, atServer, run } = connected();
  let told = 0;
  caller.site.up.drops = ({ bytes }) => {
    const chunks = atServer.read(world.queue.now, bytes)?.chunks ?? [];
    return chunks.some(({ kind }) => kind === 'retireId') && ++told < 3;
  };
  caller.migrate();
  client.say(1, 1);
  for (let count = 0; count < 20; count++) {
    client.say(1, 1);
    server.say(1, 1);
    run(ROUND_TRIP_MS);
  }
  run(5_000);
  expect(told).toBeGreaterThanOrEqual(3);
  expect(world.problems).toEqual([]);
});

test('T13 [RESET-1]: whatever waits for an answer is at least 43 bytes long, so that a reset may answer it', () => {
  const { caller, client, server, world, atServer, atClient, run } = connected();
  const shortest = { up: Number.POSITIVE_INFINITY, down: Number.POSITIVE_INFINITY };
  const silent = ({ kind }: Chunk) => kind === 'ack' || kind === 'padding' || kind === 'close';
  for (const [way, reader] of [
    ['up', atServer],
    ['down', atClient],
  ] as const)
    caller.site[way].drops = ({ bytes }) => {
      const chunks = reader.read(world.queue.now, bytes)?.chunks ?? [];
      if (!chunks.every(silent)) shortest[way] = Math.min(shortest[way], bytes.length);
      return false;
    };
  // Credit, retired IDs and pings are short.
  server.say(2, 20);
  client.say(2, 20);
  run(3_000);
  caller.migrate();
  run(3_000);
  expect(shortest.up).toBeGreaterThanOrEqual(43);
  expect(shortest.down).toBeGreaterThanOrEqual(43);
  expect(Math.min(shortest.up, shortest.down)).toBeLessThan(60);
});
