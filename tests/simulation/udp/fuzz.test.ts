import { describe, expect, test } from 'bun:test';
import { parsePacket, seeded } from '@sotto/protocol/testing';
import { DATAGRAM_MAX_BYTES } from '@sotto/protocol/udp';
import { CLEAN } from './conditions.ts';
import { Fuzz } from './fuzz.ts';
import { SERVER } from './network.ts';
import { connectedIn, expectHeard, newWorld } from './scene.ts';

const DATAGRAMS = 250_000;
const SPOOFED = 100_000;
const TIMEOUT_MS = 300_000;
const HEAP_GROWTH_MAX_BYTES = 64 * 1024 * 1024;

function heapBytes(): number {
  Bun.gc(true);
  return process.memoryUsage().heapUsed;
}

describe('T10 T6: datagrams that nobody honest sent', () => {
  test(
    `[PACKET-5] [ADMIT-4] ${DATAGRAMS} of them: nothing breaks, nothing piles up, honest connections go on`,
    () => {
      const fuzz = new Fuzz(1);
      // Until everything is compiled and every bound has been reached once.
      fuzz.run(DATAGRAMS / 5);
      const before = heapBytes();
      const { problems, counts, victims, most, amplification } = fuzz.run((DATAGRAMS * 4) / 5);
      expect(problems).toEqual([]);
      expect(heapBytes() - before).toBeLessThan(HEAP_GROWTH_MAX_BYTES);
      expect(amplification).toBeLessThanOrEqual(3);
      expect(most.connections).toBeLessThan(500);
      expect(most.ids).toBeLessThan(1_500);
      expect(most.handshakes).toBeLessThan(500);
      // Of every kind there was enough.
      expect(victims).toBeGreaterThan(DATAGRAMS / 500);
      for (const count of Object.values(counts)) expect(count).toBeGreaterThan(DATAGRAMS / 100);
      expect(Object.keys(counts)).toHaveLength(10);
    },
    TIMEOUT_MS,
  );

  test('[PACKET-3] [PACKET-4] [PACKET-5] each byte of each kind of packet, changed and left out', () => {
    const world = newWorld();
    const kinds = new Map<string, { bytes: Uint8Array; to: string; from: string }>();
    world.network.tap = ({ bytes, to, from }) => {
      const packet = parsePacket(bytes);
      const token = packet.kind === 'handshake' && packet.token.length > 0 ? ' with a token' : '';
      const way = to === SERVER ? 'up' : 'down';
      const kind = `${packet.kind}${token} ${way}, ${bytes.length > 300 ? 'long' : 'short'}`;
      if (!kinds.has(kind)) kinds.set(kind, { bytes, to, from });
    };
    const pair = connectedIn(world);
    pair.client.say(2, 1);
    pair.server.say(2, 1);
    pair.run(1_000);
    world.network.tap = () => {};
    expect(kinds.size).toBeGreaterThanOrEqual(8);
    for (const { bytes, to, from } of kinds.values()) {
      for (let at = 0; at < bytes.length; at++) {
        for (const value of [0, 0xff, (bytes[at] ?? 0) ^ 1, (bytes[at] ?? 0) ^ 0x40]) {
          const changed = bytes.slice();
          changed[at] = value;
          deliver(changed, to, from);
        }
        deliver(bytes.slice(0, at), to, from);
        if (at % 64 === 0) pair.run(1);
      }
    }
    pair.client.say(1, 1);
    pair.server.say(1, 1);
    pair.run(15_000);
    expectHeard(pair);
    expect(world.server.endpoint.connections).toBe(1);

    function deliver(bytes: Uint8Array, to: string, from: string): void {
      if (to === SERVER) world.network.toServer({ bytes, from, to, content: undefined });
      else world.network.toClient({ bytes, from, to: pair.caller.address, content: undefined });
    }
  });
});

test(
  `T6 T10 [ADMIT-1] [ADMIT-4] ${SPOOFED} spoofed first packets, with and without tokens, leave nothing behind`,
  () => {
    const world = newWorld();
    world.network.watch.keptMax = 1_000;
    const caller = world.call(CLEAN, CLEAN);
    const hellos: Uint8Array[] = [];
    caller.site.up.drops = ({ bytes }) => {
      hellos.push(bytes);
      return hellos.length === 2;
    };
    world.queue.run(world.queue.now + 100);
    caller.vanish();
    world.queue.run(world.queue.now + 12_000);
    expect(hellos.length).toBeGreaterThanOrEqual(2);
    const number = seeded(1);
    const { endpoint } = world.server;
    const answered = endpoint.counters.retries;
    const before = heapBytes();
    for (let count = 0; count < SPOOFED; count++) {
      const bytes = (hellos[count % 2] ?? new Uint8Array(0)).slice();
      for (let at = 5; at < 21; at++) bytes[at] = number(256);
      const from = `203.${count >>> 16}.${(count >>> 8) & 0xff}.${count & 0xff}|${number(60_000)}`;
      world.network.toServer({ bytes, from, to: SERVER, content: undefined });
      if (count % 100 === 0) world.queue.run(world.queue.now + 10);
    }
    world.queue.run(world.queue.now + 1_000);
    expect(endpoint).toMatchObject({ connections: 0, ids: 0, handshakes: 0 });
    expect(endpoint.deadline()).toBe(Number.POSITIVE_INFINITY);
    // Each is asked to prove its address, in a tenth of the bytes.
    const whole = hellos.slice(0, 2).filter(({ length }) => length === DATAGRAM_MAX_BYTES).length;
    expect(endpoint.counters.retries - answered).toBe((SPOOFED * whole) / 2);
    expect(whole).toBeGreaterThan(0);
    expect(world.network.watch.worst).toBeLessThan(0.1);
    expect(heapBytes() - before).toBeLessThan(HEAP_GROWTH_MAX_BYTES / 4);
    expect(world.problems).toEqual([]);
    expectHeard(connectedIn(world));
  },
  TIMEOUT_MS,
);
