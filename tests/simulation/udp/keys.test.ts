import { describe, expect, test } from 'bun:test';
import type { Chunk } from '@sotto/protocol/testing';
import { CloseCode } from '@sotto/protocol/udp';
import { CLEAN } from './conditions.ts';
import type { Parcel } from './link.ts';
import { SERVER } from './network.ts';
import { connected, connectedIn, expectHeard, newWorld, ROUND_TRIP_MS, spokenFor } from './scene.ts';

const PING: Chunk = { kind: 'ping' };
const acks = (chunks: readonly Chunk[]) => chunks.filter(({ kind }) => kind === 'ack').length;

describe('T5 [KEYS-1]: replay', () => {
  test('every packet of both sides again, from the same address: nobody hears anything twice', () => {
    const pair = connected();
    const { client, server, world, caller } = pair;
    const again: Parcel[] = [];
    world.network.tap = (parcel) => again.push(parcel);
    for (let count = 0; count < 10; count++) {
      client.say(1, 2);
      server.say(1, 2);
      client.sayUnreliable();
      server.sayUnreliable();
      client.say(2, 1);
      pair.run(30);
    }
    pair.run(1_000);
    world.network.tap = () => {};
    const frames = [client.heard.slice(), server.heard.slice()];
    const dropped = server.connection.stats().packetsDropped + client.connection.stats().packetsDropped;
    for (const parcel of again) {
      if (parcel.to === SERVER) world.network.toServer(parcel);
      else world.network.toClient(parcel);
    }
    pair.run(1_000);
    expect([client.heard, server.heard]).toEqual(frames);
    const now = server.connection.stats().packetsDropped + client.connection.stats().packetsDropped;
    expect(now - dropped).toBe(again.length);
    expect(caller.alive).toBe(true);
    expectHeard(pair);
  });

  test('packets of one connection mean nothing to another', () => {
    const world = newWorld();
    const first = connectedIn(world);
    const second = connectedIn(world);
    const said: Parcel[] = [];
    second.client.say(1, 1);
    second.run(500);
    world.network.tap = (parcel) => said.push(parcel);
    first.client.say(1, 3);
    first.run(500);
    world.network.tap = () => {};
    const own = world.network.recorded.find(({ from }) => from === second.caller.address);
    if (own === undefined) throw new Error('the second said nothing');
    for (const parcel of said.filter(({ to }) => to === SERVER)) {
      const bytes = parcel.bytes.slice();
      bytes.set(own.bytes.subarray(1, 9), 1);
      world.network.toServer({ ...parcel, bytes, from: second.caller.address });
    }
    second.run(500);
    expectHeard(first);
    expectHeard(second);
    expect(second.server.heard[1]).toBe(1);
  });

  test('a server started anew takes nothing of what was said to the one before', () => {
    const world = newWorld();
    const { client, run, caller } = connectedIn(world);
    client.say(1, 3);
    run(500);
    const said = world.network.recorded.filter(({ to }) => to === SERVER);
    world.restartServer();
    for (const parcel of said) world.network.toServer({ ...parcel, from: caller.address });
    run(500);
    expect(world.server.endpoint.connections).toBe(0);
    expect(world.talks).toHaveLength(1);
  });
});

describe('T5 [KEYS-2]: key updates', () => {
  test('that a peer starts are followed at once, again and again, and all goes on', () => {
    const pair = spokenFor();
    const { hand, say, server, heard } = pair;
    for (let update = 1; update <= 5; update++) {
      // Not before the peer has acknowledged a packet of this phase.
      expect(hand.protection.updateNow()).toBe(false);
      say([PING]);
      say([PING]);
      pair.run(100);
      hand.protection.acknowledged(hand.last);
      expect(hand.protection.updateNow()).toBe(true);
      const before = acks(heard);
      say([PING]);
      say([PING]);
      pair.run(100);
      // The acks opened, so the server has sealed them with the new keys.
      expect(acks(heard)).toBeGreaterThan(before);
      expect(server.connection.stats().keyUpdates).toBe(update);
    }
    expect(server.end).toBeUndefined();
  });
});

describe('T5 [PACKET-5]: what authenticates and breaks a rule', () => {
  for (const [what, chunks, code] of [
    [
      'an ack of a packet never sent',
      [{ kind: 'ack', ranges: [{ first: 9_999, last: 9_999 }], delayMs: 0 }],
      'violation',
    ],
    ['confirmed from a client', [{ kind: 'confirmed' }], 'violation'],
    ['a retired ID that never was', [{ kind: 'retireId', sequence: 77 }], 'violation'],
  ] as const) {
    test(`${what} ends the connection with ${code}, and the peer is told`, () => {
      const { say, server, heard } = spokenFor();
      say(chunks as readonly Chunk[]);
      expect(server.end).toMatchObject({ by: 'fault', code: CloseCode[code], established: true });
      expect(heard).toContainEqual(expect.objectContaining({ kind: 'close', code: CloseCode[code] }));
    });
  }

  test('too many IDs end it; as many as are allowed do not', () => {
    const { say, server } = spokenFor();
    const id = (sequence: number): Chunk => ({
      kind: 'newId',
      sequence,
      retirePriorTo: 0,
      id: BigInt(1_000 + sequence) as never,
      resetToken: new Uint8Array(16).fill(sequence),
    });
    say([4, 5, 6].map(id));
    for (let sequence = 7; sequence < 60 && server.end === undefined; sequence++) say([id(sequence)]);
    expect(server.end).toMatchObject({ by: 'fault', code: CloseCode.violation });
  });
});

test('T3 [COUNT-1]: each side counts what left, arrived, was lost and was dropped, and knows its path', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  const lost = { up: 0, down: 0 };
  let total = 0;
  for (const way of ['up', 'down'] as const)
    caller.site[way].drops = ({ bytes }) => {
      const [flags = 0x80] = bytes;
      total++;
      if (flags >= 0x80 || total % 10 !== 0) return false;
      lost[way]++;
      return true;
    };
  world.queue.run(world.queue.now + 1_000);
  const { client, server } = caller.talk ?? {};
  if (client === undefined || server === undefined) throw new Error('no connection');
  for (let count = 0; count < 30; count++) {
    client.say(1, 1);
    server.say(2, 1);
    world.queue.run(world.queue.now + 50);
  }
  world.queue.run(world.queue.now + 30_000);
  expectHeard({ world, caller });
  const { up, down } = caller.site;
  const own = client.connection.stats();
  const its = server.connection.stats();
  const { counters } = world.server.endpoint;
  expect(own.packetsSent).toBe(up.counts.sent);
  expect(own.bytesSent).toBe(up.counts.sentBytes);
  expect(own.packetsReceived).toBe(down.counts.delivered);
  // The retry is the endpoint's, and so is the hello that it answers.
  expect(counters).toMatchObject({
    datagramsSent: down.counts.sent,
    datagramsReceived: up.counts.delivered,
    bytesSent: down.counts.sentBytes,
    retries: 1,
    established: 1,
  });
  expect(its.packetsSent).toBe(down.counts.sent - 1);
  expect(lost.down).toBeGreaterThan(20);
  expect(its.packetsLost).toBeGreaterThan(lost.down / 2);
  expect(its.packetsLost).toBeLessThanOrEqual(lost.down + 2);
  expect(its.bytesLost).toBeGreaterThan(its.packetsLost * 20);
  // What is neither acknowledged nor lost asks for no acknowledgement: acks alone.
  expect(its.packetsAcknowledged).toBeGreaterThan(its.packetsSent / 2);
  expect(its.packetsAcknowledged + its.packetsLost).toBeLessThanOrEqual(its.packetsSent);
  expect(its.bytesAcknowledged + its.bytesLost).toBeLessThanOrEqual(its.bytesSent);
  expect(own.bytesRepeated).toBeGreaterThan(0);
  expect(its.lossRate).toBeGreaterThan(0.01);
  for (const { leastRoundTripMs, roundTripMs, latestRoundTripMs, roundTripVarianceMs, windowBytes } of [
    own,
    its,
  ]) {
    expect(leastRoundTripMs).toBeCloseTo(ROUND_TRIP_MS, 0);
    expect(roundTripMs).toBeGreaterThanOrEqual(ROUND_TRIP_MS);
    expect(latestRoundTripMs).toBeGreaterThanOrEqual(ROUND_TRIP_MS);
    expect(roundTripVarianceMs).toBeGreaterThanOrEqual(0);
    expect(windowBytes).toBeGreaterThanOrEqual(2 * 1_200);
  }
  expect(own.inFlightBytes + its.inFlightBytes).toBe(0);
  const said = world.network.recorded.findLast(({ to, bytes }) => to === SERVER && (bytes[0] ?? 0x80) < 0x80);
  if (said === undefined) throw new Error('the client said nothing');
  world.network.toServer(said);
  world.network.toServer({ ...said, bytes: said.bytes.with(-1, (said.bytes.at(-1) ?? 0) ^ 1) });
  expect(server.connection.stats()).toMatchObject({
    packetsReceived: its.packetsReceived + 2,
    packetsDropped: its.packetsDropped + 2,
    packetsReplayed: its.packetsReplayed + 1,
    packetsForged: its.packetsForged + 1,
  });
});
