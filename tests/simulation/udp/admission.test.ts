import { describe, expect, test } from 'bun:test';
import { parsePacket } from '@sotto/protocol/testing';
import { CLEAN } from './conditions.ts';
import type { Parcel } from './link.ts';
import { SERVER } from './network.ts';
import { connected, connectedIn, expectHeard, newWorld } from './scene.ts';
import type { World } from './world.ts';

const HANDSHAKE_TIMEOUT_MS = 10_000;
const ATTACKER = '203.0.113.66|666';

/** The first packet of a client that nobody hears of otherwise. */
function firstPacket(world: World): Uint8Array {
  const caller = world.call(CLEAN, CLEAN);
  let first: Uint8Array | undefined;
  caller.site.up.drops = ({ bytes }) => {
    first ??= bytes;
    return true;
  };
  world.queue.run(world.queue.now + 1);
  caller.vanish();
  if (first === undefined) throw new Error('it sent nothing');
  return first;
}

/** What the server says to `from` about `bytes`. */
function answers(world: World, bytes: Uint8Array, from = ATTACKER): Uint8Array[] {
  const said: Uint8Array[] = [];
  world.network.tap = (parcel) => {
    if (parcel.to === from) said.push(parcel.bytes);
  };
  world.network.toServer({ bytes, from, to: SERVER, content: undefined });
  world.queue.run(world.queue.now + 500);
  return said;
}

/** Everything a client sends and gets, up to its first packet with a token. */
function recordedToken(world: World): Parcel {
  const caller = world.call(CLEAN, CLEAN);
  let recorded: Parcel | undefined;
  caller.site.up.drops = (parcel) => {
    const packet = parsePacket(parcel.bytes);
    if (packet.kind !== 'handshake' || packet.token.length === 0) return false;
    recorded ??= parcel;
    return true;
  };
  world.queue.run(world.queue.now + 500);
  if (recorded === undefined) throw new Error('it followed no retry');
  caller.vanish();
  return recorded;
}

describe('T6 [ADMIT-1] [ADMIT-4]: an address that nothing is known of', () => {
  test('gets one short answer to a whole packet, and leaves nothing behind', () => {
    const world = newWorld();
    const first = firstPacket(world);
    const said = answers(world, first);
    expect(first.length).toBe(1_200);
    expect(said).toHaveLength(1);
    expect(said[0]?.length).toBeLessThan(100);
    expect(world.server.endpoint).toMatchObject({ connections: 0, ids: 0, handshakes: 0 });
    expect(world.server.endpoint.deadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test('gets none to a shorter one', () => {
    const world = newWorld();
    const first = firstPacket(world);
    for (const bytes of [1_199, 600, 40, 22, 1, 0]) expect(answers(world, first.slice(0, bytes))).toEqual([]);
  });
});

describe('T6 [ADMIT-2]: a token', () => {
  test('is worth nothing from another address, port, or for another ID', () => {
    const world = newWorld();
    const { bytes, from } = recordedToken(world);
    for (const other of [ATTACKER, `${from}1`]) {
      answers(world, bytes, other);
      expect(world.server.endpoint).toMatchObject({ connections: 0, handshakes: 0 });
    }
    const renamed = bytes.slice();
    renamed[5] = (renamed[5] ?? 0) ^ 1;
    answers(world, renamed, from);
    expect(world.server.endpoint).toMatchObject({ connections: 0, handshakes: 0 });
    answers(world, bytes, from);
    expect(world.server.endpoint).toMatchObject({ connections: 1, handshakes: 1 });
  });

  test('is worth nothing after 15 s', () => {
    for (const [age, handshakes] of [
      [14_000, 1],
      [15_600, 0],
    ] as const) {
      const world = newWorld();
      const { bytes, from } = recordedToken(world);
      world.queue.run(world.queue.now + age - 500);
      answers(world, bytes, from);
      expect(world.server.endpoint.handshakes).toBe(handshakes);
    }
  });

  test('begins one handshake, however often it comes', () => {
    const world = newWorld();
    const { bytes, from } = recordedToken(world);
    for (let count = 0; count < 10; count++) answers(world, bytes, from);
    expect(world.server.endpoint.connections).toBe(1);
    world.queue.run(world.queue.now + HANDSHAKE_TIMEOUT_MS);
    expect(world.server.endpoint).toMatchObject({ connections: 0, ids: 0, handshakes: 0 });
  });
});

test('T6 [ADMIT-3]: a retry that is damaged, blind or for somebody else is dropped, and only one is followed', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  const other = world.call(CLEAN, CLEAN);
  const retries: Parcel[] = [];
  world.network.tap = (parcel) => {
    if (parcel.to === caller.address && parsePacket(parcel.bytes).kind === 'retry') retries.push(parcel);
    if (parcel.to !== other.address || parsePacket(parcel.bytes).kind !== 'retry') return;
    // The other one's comes to this one, with its name on it; and this one's with each byte changed.
    world.network.toClient({ ...parcel, to: caller.address });
  };
  caller.site.down.changes = (parcel) => {
    if (parsePacket(parcel.bytes).kind !== 'retry') return parcel;
    for (let at = 21; at < parcel.bytes.length; at++) {
      const bytes = parcel.bytes.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      world.network.toClient({ ...parcel, bytes, content: undefined });
    }
    return parcel;
  };
  world.queue.run(world.queue.now + 1_000);
  expect(retries.length).toBeGreaterThan(0);
  for (const retry of retries) world.network.toClient(retry);
  caller.talk?.client?.say(1, 1);
  world.queue.run(world.queue.now + 1_000);
  expectHeard({ world, caller });
  expect(caller.talk?.server?.heard[1]).toBe(1);
});

test('T6 [ADMIT-6]: handshakes under way are bounded, and those that never complete are forgotten after 10 s', () => {
  const world = newWorld({ handshakesMax: 3 });
  const stuck = Array.from({ length: 8 }, () => world.call(CLEAN, CLEAN));
  for (const { site } of stuck) site.down.drops = ({ bytes }) => parsePacket(bytes).kind !== 'retry';
  world.queue.run(world.queue.now + 2_000);
  expect(world.server.endpoint.handshakes).toBe(3);
  expect(world.server.endpoint.counters.refused).toBeGreaterThanOrEqual(5);
  world.queue.run(world.queue.now + HANDSHAKE_TIMEOUT_MS);
  expect(world.server.endpoint).toMatchObject({ connections: 0, ids: 0, handshakes: 0 });
  for (const { failed } of stuck) expect(failed?.by).toBe('timeout');
  // And there is room again.
  expectHeard(connectedIn(world));
});

test('T6 [PACKET-5]: what is no packet, or belongs to nobody, changes nothing but a counter', () => {
  const pair = connected();
  const { world, caller } = pair;
  const { counters } = world.server.endpoint;
  const before = counters.dropped;
  const nothing = [
    new Uint8Array(0),
    new Uint8Array(1),
    new Uint8Array(1_300).fill(0xc0),
    new Uint8Array(30).fill(0x80),
  ];
  for (const bytes of nothing) expect(answers(world, bytes, caller.address)).toEqual([]);
  expect(counters.dropped).toBeGreaterThan(before + 2);
  pair.client.say(1, 1);
  pair.run(500);
  expectHeard(pair);
});
