import { describe, expect, spyOn, test } from 'bun:test';
import { type Chunk, type ConnectionId, Protection, parsePacket } from '@sotto/protocol/testing';
import { CloseCode, UdpFault } from '@sotto/protocol/udp';
import { CLEAN } from './conditions.ts';
import { readHandshake } from './handmade.ts';
import type { Parcel } from './link.ts';
import { SERVER } from './network.ts';
import { connected, connectedIn, expectHeard, newWorld, ROUND_TRIP_MS, spokenFor } from './scene.ts';
import type { World } from './world.ts';

const TOKEN_BYTES = 16;
const sealed = ([flags = 0x80]: Uint8Array) => flags < 0x80;

/** What somebody on the way records of all later handshake packets with a token. */
function recordBegins(world: World): Parcel[] {
  const begins: Parcel[] = [];
  world.network.tap = (parcel) => {
    const packet = parsePacket(parcel.bytes);
    if (parcel.to === SERVER && packet.kind === 'handshake' && packet.token.length > 0) begins.push(parcel);
  };
  return begins;
}

describe('T6 T8 [RESET-3]: the token of a reset', () => {
  test('is told in the keys of the connection alone: whoever reads the handshake cannot end what came of it', () => {
    const world = newWorld();
    let first: ConnectionId | undefined;
    const said: Uint8Array[] = [];
    world.network.tap = ({ from, bytes }) => {
      const packet = parsePacket(bytes);
      if (packet.kind !== 'handshake') return;
      first ??= packet.to;
      for (const chunk of readHandshake('client', first, bytes)?.chunks ?? [])
        if (from === SERVER && chunk.kind === 'crypto') said.push(chunk.bytes);
    };
    const { caller, client, run } = connectedIn(world);
    expect(said.length).toBeGreaterThan(0);
    let reset: Uint8Array | undefined;
    caller.site.down.drops = ({ bytes }) => {
      reset = bytes;
      return true;
    };
    world.restartServer();
    client.say(1, 1);
    run(ROUND_TRIP_MS + 1);
    if (reset === undefined) throw new Error('no reset came');
    const token = Buffer.from(reset.subarray(-TOKEN_BYTES));
    expect(Buffer.concat(said).includes(token)).toBe(false);
    // It is the right one, but not from anywhere else than the server [ROAM-5].
    caller.host.receive(reset.slice(), '1/203.0.113.66|6666');
    run(5);
    expect(client.end).toBeUndefined();
    world.network.toClient({ bytes: reset, from: SERVER, to: caller.address, content: undefined });
    run(5);
    expect(client.end).toMatchObject({ by: 'reset' });
  });
});

describe('T6 T8 [ADMIT-2] [ADMIT-4]: the first words of a handshake, said again by somebody on the way', () => {
  test('begin nothing while their token is good: neither state, nor packets to the address', () => {
    const world = newWorld();
    const begins = recordBegins(world);
    const pair = connectedIn(world, {}, {}, 100);
    expect(begins.length).toBeGreaterThan(0);
    let answered = 0;
    world.network.tap = ({ from }) => {
      if (from === SERVER) answered++;
    };
    for (let second = 0; second < 20; second++) {
      for (const parcel of begins) world.network.toServer(parcel);
      pair.run(1_000);
    }
    expect(answered).toBe(0);
    expect(world.server.endpoint).toMatchObject({ handshakes: 0, connections: 1 });
    expectHeard(pair);
  });

  test('of one that was refused are answered with the close, and not with another handshake', () => {
    const world = newWorld({ serverTls: { refuses: 'no common cipher' } });
    const begins = recordBegins(world);
    const caller = world.call(CLEAN, CLEAN);
    // The close is lost, so the client asks again.
    let lost = 0;
    caller.site.down.drops = ({ bytes }) => parsePacket(bytes).kind === 'handshake' && ++lost > 0;
    world.queue.run(world.queue.now + 2_000, () => lost > 0);
    for (const parcel of [...begins, ...begins]) {
      world.network.toServer(parcel);
      world.queue.run(world.queue.now + 5);
      expect(world.server.endpoint.connections).toBe(1);
    }
    expect(lost).toBeGreaterThan(1);
    caller.site.down.drops = () => false;
    world.queue.run(world.queue.now + 2_000);
    expect(caller.failed).toMatchObject({ by: 'peer', code: CloseCode.handshake });
  });
});

test('T6 [END-1]: after a close that came before its keys nothing leaves any more', () => {
  const world = newWorld({ tlsMs: 200 });
  const caller = world.call(CLEAN, CLEAN);
  world.queue.run(world.queue.now + 5_000, () => caller.side !== undefined);
  // The last word of TLS arrives, and of what follows the sealed packets alone.
  world.queue.run(world.queue.now + ROUND_TRIP_MS / 2);
  caller.site.up.drops = ({ bytes }) => !sealed(bytes);
  caller.side?.close(CloseCode.done, 'abort');
  let answers = 0;
  caller.site.down.drops = ({ bytes }) => {
    if (sealed(bytes)) answers++;
    return false;
  };
  world.queue.run(world.queue.now + 1_000);
  expect(caller.talk?.server?.end).toMatchObject({ by: 'peer', code: CloseCode.done });
  expect(answers).toBe(0);
});

test('T5 T6 [KEYS-3]: who ends at the very limit of a key still says so, and nothing is thrown at the driver', () => {
  const pair = connected();
  const { seal, endSealing } = Protection.prototype;
  const ending = new Set<Protection>();
  const spies = [
    spyOn(Protection.prototype, 'endSealing').mockImplementation(function (this: Protection) {
      ending.add(this);
      endSealing.call(this);
    }),
    // As though one packet less than the limit had been sealed.
    spyOn(Protection.prototype, 'seal').mockImplementation(function (this: Protection, ...packet) {
      if (!ending.has(this)) throw new UdpFault(CloseCode.keyLimit, 'too many packets sealed');
      return seal.apply(this, packet);
    }),
  ];
  pair.server.close(CloseCode.refused, 'abort');
  pair.run(ROUND_TRIP_MS);
  for (const spy of spies) spy.mockRestore();
  expect(pair.world.problems).toEqual([]);
  expect(pair.client.end).toMatchObject({ by: 'peer', code: CloseCode.refused });
});

test('T10 [ROAM-4]: challenges without number bring back at most 3 times their bytes, also where the path is proven', () => {
  const { say, hand, world, server } = spokenFor();
  const bytes = { asked: 0, answered: 0 };
  let answers = 0;
  world.network.tap = ({ bytes: datagram, from }) => {
    const chunks = hand.read(world.queue.now, datagram)?.chunks ?? [];
    if (from !== SERVER || !chunks.some(({ kind }) => kind === 'response')) return;
    bytes.answered += datagram.length;
    answers++;
  };
  const before = server.connection.stats().bytesReceived;
  for (let packet = 0; packet < 200; packet++)
    say(Array.from({ length: 8 }, (_, index): Chunk => ({ kind: 'challenge', data: BigInt(index) })));
  bytes.asked = server.connection.stats().bytesReceived - before;
  expect(answers).toBeGreaterThan(20);
  // What came on the path before counts as well.
  expect(bytes.answered).toBeLessThanOrEqual(3 * (bytes.asked + before));
  expect(world.problems).toEqual([]);
});

test('T6 [ACK-3]: a peer that acknowledges what it never had, so as to be sent more, is found out', () => {
  const { hand, say, server, world, run } = spokenFor();
  let largest = 0;
  world.network.tap = ({ bytes, from }) => {
    if (from === SERVER) largest = Math.max(largest, hand.read(world.queue.now, bytes)?.number ?? 0);
  };
  const limit = 2 ** 40;
  for (let round = 0; round < 400 && server.end === undefined; round++) {
    server.say(2, 1);
    const ack: Chunk = { kind: 'ack', ranges: [{ first: 0, last: largest }], delayMs: 0 };
    say([ack, { kind: 'credit', limit }, { kind: 'laneCredit', lane: 2, limit }]);
    run(ROUND_TRIP_MS / 2);
  }
  expect(server.end).toMatchObject({ by: 'fault', code: CloseCode.violation });
  expect(largest).toBeLessThan(2 * 1_024);
});
