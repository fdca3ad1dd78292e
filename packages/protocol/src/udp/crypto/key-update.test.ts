import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { seeded } from '../../testing/mutate.ts';
import { CloseCode } from '../fault.ts';
import { phaseOf, protections, TO, unruly } from '../testing/protections.ts';
import type { Role } from '../wire/packet.ts';
import { CLOSING_PACKETS, type KeyLimits, type Protection } from './protection.ts';

const CHUNKS = Uint8Array.of(1, 1, 1, 1);
const KEEP_MS = 300;
const LIMITS: KeyLimits = { updateAfter: 2 ** 22, sealedMax: 2 ** 23, forgedMax: 2 ** 36 };
const fault = (code: CloseCode) => expect.objectContaining({ name: 'UdpFault', code });

interface Sent {
  number: number;
  datagram: Uint8Array;
  phase: number;
  /** Numbers that the sender had received: every packet acknowledges all. */
  acks: readonly number[];
}

/** Its numbers and acknowledgements are those of an honest connection. */
class End {
  readonly #protection: Protection;
  readonly #received: number[] = [];
  #number = 0;

  constructor(protection: Protection) {
    this.#protection = protection;
  }

  seal(): Sent {
    const number = this.#number++;
    const datagram = this.#protection.seal(TO, number, -1, CHUNKS);
    return { number, datagram, phase: this.#protection.updates, acks: [...this.#received] };
  }

  /** Whether the packet opened. */
  open(packet: Sent, now = 0): boolean {
    const opened = this.#protection.open(now, packet.datagram, KEEP_MS);
    if (opened === undefined) return false;
    expect(opened).toEqual({ number: packet.number, chunks: expect.any(Uint8Array) });
    this.#received.push(packet.number);
    for (const number of packet.acks) this.#protection.acknowledged(number);
    return true;
  }
}

function connection(limits?: KeyLimits) {
  const { client, server } = protections(limits);
  const ends = { client: new End(client), server: new End(server) };
  /** A packet of each side, so that each has an acknowledgement of the other. */
  const exchange = () => {
    expect(ends.server.open(ends.client.seal())).toBe(true);
    expect(ends.client.open(ends.server.seal())).toBe(true);
    expect(ends.server.open(ends.client.seal())).toBe(true);
  };
  return { client, server, ends, exchange };
}

describe('key updates', () => {
  test.each<[Role, Role]>([
    ['client', 'server'],
    ['server', 'client'],
  ])('T5 [KEYS-2]: the %s starts one, the %s follows at once', (starter, follower) => {
    const all = connection();
    all.exchange();
    expect(all[starter].updateNow()).toBe(true);
    const first = all.ends[starter].seal();
    expect(phaseOf(starter, first.datagram)).toBe(1);
    expect(all.ends[follower].open(first)).toBe(true);
    expect(all[follower].updates).toBe(1);
    const answer = all.ends[follower].seal();
    expect(phaseOf(follower, answer.datagram)).toBe(1);
    expect(all.ends[starter].open(answer)).toBe(true);
    expect(all[starter].updates).toBe(1);
  });

  test('T5 [KEYS-2]: one starts after so many packets, once the peer has acknowledged one of the phase', () => {
    const { client, server, ends } = connection({ ...LIMITS, updateAfter: 10 });
    const phase = () => {
      const packet = ends.client.seal();
      return [phaseOf('client', packet.datagram), packet] as const;
    };
    const packets = Array.from({ length: 12 }, phase);
    expect(packets.map(([bit]) => bit)).toEqual(packets.map(() => 0));
    for (const [, packet] of packets) ends.server.open(packet);
    const [before] = phase();
    ends.client.open(ends.server.seal());
    const [after, first] = phase();
    expect([before, after, client.updates, server.updates]).toEqual([0, 1, 1, 0]);
    ends.server.open(first);
    for (let count = 0; count < 8; count++) ends.server.open(phase()[1]);
    ends.client.open(ends.server.seal());
    expect([phase()[0], phase()[0], client.updates]).toEqual([1, 0, 2]);
  });

  test('T5 [KEYS-2]: none starts before one of the phase is acknowledged, and the peer has followed the last', () => {
    const { client, server, ends, exchange } = connection();
    expect(client.updateNow()).toBe(false);
    client.acknowledged(0);
    expect(client.updateNow()).toBe(false);
    exchange();
    expect(client.updateNow()).toBe(true);
    expect(client.updateNow()).toBe(false);
    client.acknowledged(1);
    const fresh = ends.client.seal();
    client.acknowledged(fresh.number - 1);
    expect(client.updateNow()).toBe(false);
    // Acknowledged by a packet of the phase before: only a peer without manners does so.
    client.acknowledged(fresh.number);
    expect(client.updateNow()).toBe(false);
    ends.server.open(fresh);
    ends.client.open(ends.server.seal());
    expect(client.updateNow()).toBe(true);
    expect([client.updates, server.updates]).toEqual([2, 1]);
  });

  test('T5 [KEYS-2]: both may start at the same time', () => {
    const { client, server, ends, exchange } = connection();
    exchange();
    expect([client.updateNow(), server.updateNow()]).toEqual([true, true]);
    const [up, down] = [ends.client.seal(), ends.server.seal()];
    expect([ends.server.open(up), ends.client.open(down)]).toEqual([true, true]);
    exchange();
    expect([client.updates, server.updates]).toEqual([1, 1]);
  });

  test('T5 [KEYS-2]: packets from before an update open after it, in any order, until the old keys are gone', () => {
    const { client, ends, exchange } = connection();
    exchange();
    const old = Array.from({ length: 4 }, () => ends.client.seal());
    client.updateNow();
    const fresh = Array.from({ length: 3 }, () => ends.client.seal());
    const open = (packet: Sent | undefined, now: number) =>
      packet !== undefined && ends.server.open(packet, now);
    expect(open(fresh[1], 1_000)).toBe(true);
    expect(open(old[3], 1_001)).toBe(true);
    expect(open(fresh[0], 1_002)).toBe(true);
    expect(open(old[0], 1_003)).toBe(true);
    expect(open(old[2], 1_000 + KEEP_MS - 1)).toBe(true);
    expect(open(old[1], 1_000 + KEEP_MS)).toBe(false);
    expect(open(fresh[2], 1_000 + KEEP_MS)).toBe(true);
  });

  test('T5 [KEYS-2]: an update survives the loss of all but one packet of its phase', () => {
    const { client, server, ends, exchange } = connection();
    exchange();
    client.updateNow();
    for (let count = 0; count < 100; count++) ends.client.seal();
    expect(ends.client.open(ends.server.seal())).toBe(true);
    exchange();
    expect([client.updates, server.updates]).toEqual([1, 1]);
  });

  test('T5 [KEYS-2] [KEYS-4]: no honest exchange is refused, with loss, reordering, copies and updates of both', () => {
    let updates = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seeded(seed);
        const all = connection();
        const { client, server, ends } = all;
        const flying: Record<Role, Sent[]> = { client: [], server: [] };
        for (let step = 0; step < 400; step++) {
          const [from, to]: [Role, Role] = random(2) === 0 ? ['client', 'server'] : ['server', 'client'];
          if (random(12) === 0) (from === 'client' ? client : server).updateNow();
          if (random(2) === 0) flying[from].push(ends[from].seal());
          const [packet] = flying[from].splice(random(flying[from].length + 1), 1);
          if (packet === undefined || random(4) === 0) continue;
          const isOpen = ends[to].open(packet);
          // Two updates later its keys are gone: such a packet counts as lost.
          if (!isOpen) expect(all[to].updates - packet.phase).toBeGreaterThanOrEqual(2);
          if (isOpen) expect(ends[to].open(packet)).toBe(false);
        }
        expect(Math.abs(client.updates - server.updates)).toBeLessThanOrEqual(1);
        updates += client.updates;
      }),
      { numRuns: 60 },
    );
    expect(updates).toBeGreaterThan(60);
  });
});

describe('limits and violations', () => {
  test('T5 [KEYS-3]: a key that cannot be updated seals no more than allowed, and keeps some for the close', () => {
    const { client } = connection({ ...LIMITS, sealedMax: CLOSING_PACKETS + 5 });
    const seal = (number: number) => client.seal(TO, number, number - 1, CHUNKS);
    for (let number = 0; number < 5; number++) seal(number);
    expect(() => seal(5)).toThrow(fault(CloseCode.keyLimit));
    for (let number = 5; number < CLOSING_PACKETS + 5; number++) seal(number);
    expect(() => seal(CLOSING_PACKETS + 5)).toThrow(fault(CloseCode.keyLimit));
    expect(() => seal(CLOSING_PACKETS + 5)).toThrow(fault(CloseCode.keyLimit));
  });

  test('T5 [KEYS-3]: who ends at the limit without having met it may say so', () => {
    const { client } = connection({ ...LIMITS, sealedMax: CLOSING_PACKETS + 5 });
    for (let number = 0; number < 5; number++) client.seal(TO, number, number - 1, CHUNKS);
    client.endSealing();
    expect(() => client.seal(TO, 5, 4, CHUNKS)).not.toThrow();
  });

  test('T5 [KEYS-3]: an update begins the count anew', () => {
    const { client, ends, exchange } = connection({ ...LIMITS, sealedMax: CLOSING_PACKETS + 5 });
    exchange();
    for (let count = 0; count < 3; count++) ends.client.seal();
    expect(() => ends.client.seal()).toThrow(fault(CloseCode.keyLimit));
    expect(client.updateNow()).toBe(true);
    for (let count = 0; count < 5; count++) ends.client.seal();
    expect(() => ends.client.seal()).toThrow(fault(CloseCode.keyLimit));
  });

  test('T5 [KEYS-3]: too many forged packets end the connection', () => {
    const { client, server } = connection({ ...LIMITS, forgedMax: 3 });
    const forged = client.seal(TO, 0, -1, CHUNKS).fill(0, 20);
    expect(server.open(0, forged, KEEP_MS)).toBeUndefined();
    expect(server.open(0, forged, KEEP_MS)).toBeUndefined();
    expect(() => server.open(0, forged, KEEP_MS)).toThrow(fault(CloseCode.keyLimit));
    expect(server.counters.forged).toBe(3);
  });

  /** What the server does with such a packet of a client without manners. */
  const opens = (server: Protection, phase: number, number: number) =>
    server.open(0, unruly('client', { phase, number, largestAcked: -1 }), KEEP_MS)?.number;

  test('T5 [KEYS-4]: a second update before this side could have acknowledged anything is a violation', () => {
    const { server, ends } = connection();
    expect(() => opens(server, 1, 0)).toThrow(fault(CloseCode.violation));
    ends.server.seal();
    expect(opens(server, 1, 0)).toBe(0);
    expect(() => opens(server, 2, 1)).toThrow(fault(CloseCode.violation));
    ends.server.seal();
    expect(opens(server, 2, 1)).toBe(1);
    expect(server.updates).toBe(2);
  });

  test('T5 [KEYS-4]: an old phase above a newer one is a violation, whichever comes first', () => {
    const updatedAt10 = () => {
      const { server, exchange } = connection();
      exchange();
      expect(opens(server, 1, 10)).toBe(10);
      return server;
    };
    expect(() => opens(updatedAt10(), 0, 11)).toThrow(fault(CloseCode.violation));
    const between = updatedAt10();
    expect(opens(between, 0, 8)).toBe(8);
    expect(opens(between, 1, 9)).toBe(9);
    expect(() => opens(between, 1, 7)).toThrow(fault(CloseCode.violation));
    const early = updatedAt10();
    expect(opens(early, 1, 8)).toBe(8);
    expect(() => opens(early, 0, 9)).toThrow(fault(CloseCode.violation));
    const behind = connection();
    behind.exchange();
    expect(opens(behind.server, 0, 5)).toBe(5);
    expect(opens(behind.server, 1, 10)).toBe(10);
    expect(() => opens(behind.server, 1, 4)).toThrow(fault(CloseCode.violation));
    const { server, exchange } = connection();
    exchange();
    expect(opens(server, 0, 5)).toBe(5);
    expect(() => opens(server, 1, 4)).toThrow(fault(CloseCode.violation));
  });

  test('T5 [KEYS-2]: keys two phases back open nothing', () => {
    const { server, ends, exchange } = connection();
    exchange();
    expect(opens(server, 1, 10)).toBe(10);
    ends.server.seal();
    expect(opens(server, 2, 20)).toBe(20);
    expect(opens(server, 0, 5)).toBeUndefined();
    expect(opens(server, 1, 15)).toBe(15);
  });
});
