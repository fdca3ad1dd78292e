import { describe, expect, test } from 'bun:test';
import {
  type Chunk,
  type ConnectionId,
  HandshakeProtection,
  parsePacket,
  writeVersions,
} from '@sotto/protocol/testing';
import { CloseCode, UDP_VERSION_1 } from '@sotto/protocol/udp';
import { nodeCrypto } from '@sotto/transport/udp/crypto';
import { CLEAN } from './conditions.ts';
import { chunkBytesOf } from './handmade.ts';
import type { Parcel } from './link.ts';
import { SERVER } from './network.ts';
import { expectHeard, newWorld } from './scene.ts';
import { byteOfLane, changed } from './tampering.ts';
import type { Caller, World } from './world.ts';

const VERSION_2 = UDP_VERSION_1 + 1;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A connection attempt through the hands of `change`; `first` is the ID that handshake keys come from. */
function attempt(change: (caller: Caller, first: () => ConnectionId) => void): {
  world: World;
  caller: Caller;
} {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  let first: ConnectionId | undefined;
  world.network.tap = ({ bytes }) => {
    const packet = parsePacket(bytes);
    if (packet.kind === 'handshake') first ??= packet.to;
  };
  change(caller, () => first as ConnectionId);
  world.queue.run(world.queue.now + 2_000);
  // Whatever each side believes, neither can make the other hear anything.
  caller.talk?.client?.say(1, 2);
  caller.talk?.server?.say(1, 2);
  world.queue.run(world.queue.now + HANDSHAKE_TIMEOUT_MS);
  return { world, caller };
}

function expectNoConnection(caller: Caller): void {
  expect(caller.alive).toBe(false);
  expect(caller.talk?.client?.heard ?? []).toEqual([]);
  expect(caller.talk?.server?.heard ?? []).toEqual([]);
}

test('T8 [SHAKE-1] [SHAKE-5]: a handshake opened and sealed again as it was is a connection', () => {
  const { world, caller } = attempt(({ site }, first) => {
    site.up.changes = (parcel) => changed(parcel, 'client', first(), {}) ?? parcel;
  });
  expectHeard({ world, caller });
  expect(caller.talk?.server?.heard[1]).toBe(2);
});

describe('T8 [SHAKE-5]: whoever changes parameters on the way leaves two sides that cannot talk', () => {
  // After two bytes of their length: versions (id, length, 4 bytes), then the credit of the connection (id, length, 4 bytes).
  const CREDIT_OFFSET = 13;
  for (const [side, link] of [
    ['client', 'up'],
    ['server', 'down'],
  ] as const) {
    for (const offset of [4, CREDIT_OFFSET]) {
      test(`those of the ${side}, byte ${offset}`, () => {
        const { caller, world } = attempt(({ site }, first) => {
          const chunks = byteOfLane(offset, (byte) => byte ^ 1);
          site[link].changes = (parcel) => changed(parcel, side, first(), { chunks }) ?? parcel;
        });
        expectNoConnection(caller);
        expect(world.problems).toEqual([]);
        // TLS saw nothing of it: it is the keys that differ.
        if (offset === CREDIT_OFFSET) expect(caller.talk?.sides).toHaveLength(2);
      });
    }
  }
});

test('T8 [SHAKE-5]: another name for the client gives other keys', () => {
  const { caller } = attempt(({ site }, first) => {
    const wrong = 0x1122334455667788n as ConnectionId;
    let right: ConnectionId | undefined;
    site.up.changes = (parcel) => {
      const packet = parsePacket(parcel.bytes);
      if (packet.kind !== 'handshake' || packet.token.length === 0) return parcel;
      right = packet.from;
      return changed(parcel, 'client', first(), { from: wrong }) ?? parcel;
    };
    site.down.changes = (parcel) => renamed(parcel, first(), right);
  });
  expectNoConnection(caller);
  expect(caller.talk?.client).toBeDefined();
});

/** Under the client's own name again. */
function renamed(parcel: Parcel, first: ConnectionId, to: ConnectionId | undefined): Parcel {
  const packet = parsePacket(parcel.bytes);
  if (to === undefined || packet.kind !== 'handshake') return parcel;
  return changed(parcel, 'server', first, { to }) ?? parcel;
}

test('T8 [PACKET-5] [SHAKE-8]: what anybody can seal ends no connection that has its keys', () => {
  const world = newWorld();
  const caller = world.call(CLEAN, CLEAN);
  let first: ConnectionId | undefined;
  let flight: Parcel | undefined;
  world.network.tap = (parcel) => {
    const packet = parsePacket(parcel.bytes);
    if (packet.kind !== 'handshake') return;
    first ??= packet.to;
    if (parcel.from === SERVER) flight ??= parcel;
  };
  const forgeries: Chunk[][] = [
    [{ kind: 'close', code: 1, reason: 'says somebody' }],
    [{ kind: 'crypto', offset: 1_790, bytes: new Uint8Array(400).fill(0xee) }],
    [{ kind: 'crypto', offset: 2 ** 30, bytes: new Uint8Array(400) }],
    [{ kind: 'ack', ranges: [{ first: 0, last: 1_000 }], delayMs: 0 }],
    [{ kind: 'challenge', data: 1n }],
  ];
  // Both have their keys, but the client does not know it of the server yet.
  caller.site.down.drops = ({ bytes: [flags = 0] }) => flags < 0x80;
  world.queue.run(world.queue.now + 1_000, () => caller.talk?.server !== undefined);
  forgeries.forEach((chunks, index) => {
    if (flight === undefined || first === undefined) throw new Error('the server said nothing');
    const packet = parsePacket(flight.bytes);
    if (packet.kind !== 'handshake') throw new Error('not of a handshake');
    const bytes = new HandshakeProtection(nodeCrypto, 'server', first).seal(
      packet,
      100 + index,
      -1,
      chunkBytesOf(chunks),
    );
    world.network.toClient({ ...flight, bytes, content: undefined });
  });
  world.queue.run(world.queue.now + 100);
  caller.site.down.drops = () => false;
  caller.talk?.client?.say(1, 2);
  world.queue.run(world.queue.now + 2_000);
  expectHeard({ world, caller });
  expect(caller.talk?.server?.heard[1]).toBe(2);
});

describe('T8 [ADMIT-5]: versions', () => {
  const both = [VERSION_2, UDP_VERSION_1];

  test('the best one that both have is used', () => {
    const world = newWorld({ versions: { client: both, server: both } });
    const caller = world.call(CLEAN, CLEAN);
    const seen = new Set<number>();
    world.network.tap = ({ bytes }) => {
      const packet = parsePacket(bytes, both);
      if (packet.kind === 'handshake') seen.add(packet.version);
    };
    world.queue.run(world.queue.now + 1_000);
    caller.talk?.client?.say(1, 1);
    world.queue.run(world.queue.now + 1_000);
    expect([...seen]).toEqual([VERSION_2]);
    expectHeard({ world, caller });
  });

  test('a client that is newer than the server falls back', () => {
    const world = newWorld({ versions: { client: both, server: [UDP_VERSION_1] } });
    const caller = world.call(CLEAN, CLEAN);
    world.queue.run(world.queue.now + 1_000);
    caller.talk?.client?.say(1, 1);
    world.queue.run(world.queue.now + 1_000);
    expectHeard({ world, caller });
  });

  test('without a common one the client fails at once, and the server knows nothing of it', () => {
    const world = newWorld({ versions: { client: [VERSION_2], server: [UDP_VERSION_1] } });
    const caller = world.call(CLEAN, CLEAN);
    world.queue.run(world.queue.now + 1_000);
    expect(caller.failed).toMatchObject({ by: 'fault', code: CloseCode.handshake });
    expect(world.server.endpoint.connections).toBe(0);
  });

  test('a forged answer that talks the client out of the better one ends in no connection', () => {
    const world = newWorld({ versions: { client: both, server: both } });
    const caller = world.call(CLEAN, CLEAN);
    let forged = false;
    caller.site.up.drops = ({ bytes, from }) => {
      const packet = parsePacket(bytes, both);
      if (forged || packet.kind !== 'handshake') return false;
      forged = true;
      const answer = writeVersions(packet.from, packet.to, [UDP_VERSION_1]);
      world.network.toClient({ bytes: answer, from: SERVER, to: from, content: undefined });
      return true;
    };
    world.queue.run(world.queue.now + HANDSHAKE_TIMEOUT_MS + 1_000);
    expect(forged).toBe(true);
    expect(caller.failed).toMatchObject({ code: CloseCode.handshake });
    expect(world.talks).toEqual([]);
  });

  test('an answer that lists the version that was tried, or is for another ID, is nothing', () => {
    const world = newWorld({ versions: { client: both, server: both } });
    const caller = world.call(CLEAN, CLEAN);
    caller.site.up.drops = ({ bytes, from }) => {
      const packet = parsePacket(bytes, both);
      if (packet.kind !== 'handshake' || packet.token.length > 0) return false;
      const other = (packet.to ^ 1n) as ConnectionId;
      const answers = [
        writeVersions(packet.from, packet.to, both),
        writeVersions(packet.from, other, [UDP_VERSION_1]),
      ];
      for (const answer of answers)
        world.network.toClient({ bytes: answer, from: SERVER, to: from, content: undefined });
      return false;
    };
    world.queue.run(world.queue.now + 1_000);
    caller.talk?.client?.say(1, 1);
    world.queue.run(world.queue.now + 1_000);
    expectHeard({ world, caller });
    expect(caller.talk?.server?.heard[1]).toBe(1);
  });
});
