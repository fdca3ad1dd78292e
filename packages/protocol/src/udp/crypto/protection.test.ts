import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { mutate, seeded } from '../../testing/mutate.ts';
import { DATAGRAM_MAX_BYTES, TAG_BYTES } from '../constants.ts';
import { UdpFault } from '../fault.ts';
import { testCrypto } from '../testing/crypto.ts';
import { EXPORTED, protections, TO, unruly } from '../testing/protections.ts';
import { type ConnectionId, parsePacket, type Role } from '../wire/packet.ts';
import { Protection, SEAL_OVERHEAD_MAX } from './protection.ts';

const CHUNKS = Uint8Array.of(1, 2, 3, 4, 5, 6);
const KEEP_MS = 100;

describe('short-header packets', () => {
  test('T5 [PACKET-3]: what one side seals the other opens, once', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
    const chunks = fc.uint8Array({ minLength: 4, maxLength: 200 });
    fc.assert(
      fc.property(numbers, chunks, fc.constantFrom<Role>('client', 'server'), (steps, sealed, role) => {
        const { client, server } = protections();
        const [from, to] = role === 'client' ? [client, server] : [server, client];
        let number = -1;
        for (const step of steps) {
          const before = number;
          number += step;
          const datagram = from.seal(TO, number, before, sealed);
          expect(parsePacket(datagram)).toEqual({ kind: 'short', to: TO, numberOffset: 9 });
          const copy = datagram.slice();
          expect(to.open(0, datagram, KEEP_MS)).toEqual({ number, chunks: sealed });
          expect(datagram).toEqual(copy);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('T5 [PACKET-3]: chunks too short for a sample are padded before they are sealed', () => {
    const { client, server } = protections();
    const padded = (number: number, largestAcked: number, chunks: number[]) =>
      server.open(0, client.seal(TO, number, largestAcked, Uint8Array.from(chunks)), KEEP_MS)?.chunks;
    expect(padded(0, -1, [1])).toEqual(Uint8Array.of(1, 0, 0));
    expect(padded(1, -1, [])).toEqual(Uint8Array.of(0, 0, 0));
    expect(padded(2, -1, [1, 1, 1])).toEqual(Uint8Array.of(1, 1, 1));
    expect(padded(200, -1, [1])).toEqual(Uint8Array.of(1, 0));
    expect(padded(2 ** 23 + 200, -1, [])).toEqual(Uint8Array.of(0));
  });

  test('T5 [PACKET-1]: the longest chunks fill a datagram, with the longest packet number', () => {
    const { client } = protections();
    const chunks = new Uint8Array(DATAGRAM_MAX_BYTES - SEAL_OVERHEAD_MAX);
    expect(client.seal(TO, 2 ** 24, -1, chunks).length).toBe(DATAGRAM_MAX_BYTES);
  });

  test('T5 [PACKET-3]: the five low bits of the flags and the packet number are masked, the rest is not', () => {
    const { client } = protections();
    const packets = Array.from({ length: 256 }, (_, number) => client.seal(TO, number, number - 1, CHUNKS));
    const distinct = (of: (packet: Uint8Array) => number) => new Set(packets.map(of)).size;
    expect(distinct((packet) => packet[0] ?? 0)).toBe(32);
    expect(packets.every((packet) => (packet[0] ?? 0) >>> 5 === 0b010)).toBe(true);
    const unmasked = packets.filter((packet, number) => packet[9] === number).length;
    expect(unmasked).toBeLessThan(10);
  });

  test('T5 [PACKET-3]: where a packet goes may change from one to the next', () => {
    const { client, server } = protections();
    for (const [number, id] of [5n, 5n, 2n ** 64n - 1n, 5n].entries()) {
      const datagram = client.seal(id as ConnectionId, number, number - 1, CHUNKS);
      expect(parsePacket(datagram)).toMatchObject({ to: id });
      expect(server.open(0, datagram, KEEP_MS)).toMatchObject({ number });
    }
  });

  test('T5 [PACKET-2]: a number is never sealed twice, nor a lower one', () => {
    const { client } = protections();
    client.seal(TO, 5, -1, CHUNKS);
    expect(() => client.seal(TO, 5, -1, CHUNKS)).toThrow('packet number 5 after 5');
    expect(() => client.seal(TO, 4, -1, CHUNKS)).toThrow('packet number 4 after 5');
    expect(() => client.seal(TO, 2 ** 53, -1, CHUNKS)).toThrow('packet number');
  });

  test('T6 [SHAKE-5]: each side has a secret of its own, the first 32 bytes are the client’s', () => {
    const { client, server } = protections();
    const own = client.seal(TO, 0, -1, CHUNKS);
    expect(client.open(0, own, KEEP_MS)).toBeUndefined();
    expect(own).not.toEqual(server.seal(TO, 0, -1, CHUNKS));
    for (const at of [0, 31, 32, 63]) {
      const other = EXPORTED.slice();
      other[at] = 255;
      const stranger = new Protection(testCrypto, 'server', other);
      expect(stranger.open(0, own, KEEP_MS)?.number).toBe(at < 32 ? undefined : 0);
    }
  });
});

describe('what is dropped', () => {
  test('T5 [PACKET-5]: a packet with any one bit changed, any byte missing or one too many', () => {
    const { client, server } = protections();
    const datagram = client.seal(TO, 0, -1, CHUNKS);
    for (let bit = 0; bit < 8 * datagram.length; bit++) {
      const damaged = datagram.slice();
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(server.open(0, damaged, KEEP_MS)).toBeUndefined();
    }
    for (let at = 0; at <= datagram.length; at++) {
      const shorter = Uint8Array.from([...datagram.subarray(0, at), ...datagram.subarray(at + 1)]);
      const longer = Uint8Array.from([...datagram.subarray(0, at), 0, ...datagram.subarray(at)]);
      if (shorter.length < datagram.length) expect(server.open(0, shorter, KEEP_MS)).toBeUndefined();
      expect(server.open(0, longer, KEEP_MS)).toBeUndefined();
    }
    expect(server.counters).toEqual({ forged: 10 * datagram.length - TAG_BYTES + 17, replayed: 0 });
    expect(server.open(0, datagram, KEEP_MS)).toEqual({ number: 0, chunks: CHUNKS });
  });

  test('T5 [PACKET-5]: mutated and random bytes, without a trace but a counter', () => {
    const random = seeded(21);
    const { client, server } = protections();
    const good = Array.from({ length: 50 }, (_, number) => client.seal(TO, number, number - 1, CHUNKS));
    for (let round = 0; round < 10_000; round++) {
      const original = good[round % good.length] ?? new Uint8Array(0);
      const datagram =
        round % 5 === 0
          ? Uint8Array.from({ length: random(80) }, () => random(256))
          : mutate(original, random);
      if (Buffer.compare(datagram, original) === 0) continue;
      try {
        if (parsePacket(datagram).kind !== 'short') continue;
        expect(server.open(0, datagram, KEEP_MS)).toBeUndefined();
      } catch (error) {
        expect(error).toBeInstanceOf(UdpFault);
      }
    }
    expect(server.counters.replayed).toBe(0);
    expect(server.counters.forged).toBeGreaterThan(2_000);
    for (const [number, datagram] of good.entries()) {
      expect(server.open(0, datagram, KEEP_MS)).toEqual({ number, chunks: CHUNKS });
    }
  });

  test.each([0x08, 0x10, 0x18])(
    'T5 [PACKET-4]: a packet with reserved bits %d, though it authenticates',
    (flags) => {
      const { server } = protections();
      expect(server.open(0, unruly('client', { phase: 0, number: 5, flags }), KEEP_MS)).toBeUndefined();
      expect(server.counters).toEqual({ forged: 0, replayed: 0 });
      expect(server.open(0, unruly('client', { phase: 0, number: 5 }), KEEP_MS)).toMatchObject({ number: 5 });
    },
  );

  test('T5 [KEYS-1]: a packet received before, or too far behind', () => {
    const { client, server } = protections();
    const numbers = [0, 1, 2, 1_024, 1_025, 1_026];
    // Numbers in three bytes, so that those far back are restored as well.
    const packets = numbers.map((number) => client.seal(TO, number, number - 40_000, CHUNKS));
    const open = (index: number) => server.open(0, packets[index] ?? new Uint8Array(0), KEEP_MS)?.number;
    expect([3, 0, 0, 3].map(open)).toEqual([1_024, 0, undefined, undefined]);
    expect([5, 1, 2, 2].map(open)).toEqual([1_026, undefined, 2, undefined]);
    expect(server.counters).toEqual({ forged: 0, replayed: 4 });
  });

  test('T5 [KEYS-1]: only a packet that authenticates moves the window', () => {
    const { client, server } = protections();
    const first = client.seal(TO, 0, -1, CHUNKS);
    const far = client.seal(TO, 5_000, -1, CHUNKS);
    far[far.length - 1] = (far[far.length - 1] ?? 0) ^ 1;
    expect(server.open(0, far, KEEP_MS)).toBeUndefined();
    expect(server.open(0, first, KEEP_MS)).toMatchObject({ number: 0 });
  });
});
