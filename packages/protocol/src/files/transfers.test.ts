import { describe, expect, test } from 'bun:test';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { SottoError } from '../errors.ts';
import { decode, encode } from '../index.ts';
import { FlightWindow } from './flight-window.ts';
import { OutgoingTransfer } from './outgoing-transfer.ts';
import { CHUNK, Exchange, type Journey, journeyOf } from './testing/exchange.ts';

const SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 5 * CHUNK + 17];

describe('F1: a transfer', () => {
  test.each(SIZES)('[TRANSFER-2] [TRANSFER-3] of %d bytes arrives as it is, sent once', (sizeBytes) => {
    const journey = journeyOf(sizeBytes);
    const exchange = new Exchange([journey], 4 * CHUNK);
    expect(exchange.isComplete).toBe(sizeBytes === 0);
    exchange.settle();
    expect(exchange.isComplete).toBe(true);
    expect(exchange.sentBytes).toBe(sizeBytes);
    expect(Buffer.compare(journey.written, journey.file)).toBe(0);
    expect(exchange.window.flightBytes).toBe(0);
  });

  test('[TRANSFER-2] the last piece of each chunk has its digest, and no piece crosses chunks', () => {
    const exchange = new Exchange([journeyOf(2 * CHUNK + 100)], 4 * CHUNK);
    const [flow] = exchange.flows;
    if (flow === undefined) throw new Error('no flow');
    let digests = 0;
    for (let moved = true; moved; ) {
      moved = exchange.send();
      exchange.deliver(flow, ({ offset, data, chunkSha256 }) => {
        const end = offset + data.length;
        expect(Math.floor((end - 1) / CHUNK)).toBe(Math.floor(offset / CHUNK));
        const isLast = end % CHUNK === 0 || end === 2 * CHUNK + 100;
        expect(chunkSha256).toHaveLength(isLast ? 32 : 0);
        digests += isLast ? 1 : 0;
      });
      exchange.verify(flow);
      exchange.acknowledge();
    }
    expect(digests).toBe(3);
  });

  test('[TRANSFER-5] goes on from any chunk, or from its end', () => {
    for (const writtenBytes of [0, CHUNK, 2 * CHUNK, 2 * CHUNK + 5]) {
      const journey = { ...journeyOf(2 * CHUNK + 5), writtenBytes };
      journey.written.set(journey.file.subarray(0, writtenBytes));
      const exchange = new Exchange([journey], CHUNK);
      exchange.settle();
      expect(exchange.sentBytes).toBe(2 * CHUNK + 5 - writtenBytes);
      expect(Buffer.compare(journey.written, journey.file)).toBe(0);
    }
    for (const writtenBytes of [1, CHUNK - 1, 2 * CHUNK + 4, 2 * CHUNK + 6, -CHUNK, Number.NaN, 0.5])
      expect(() => new Exchange([{ ...journeyOf(2 * CHUNK + 5), writtenBytes }], CHUNK)).toThrow(SottoError);
  });

  test('[TRANSFER-4] a chunk that is damaged three times arrives, the fourth time it is FILE_CORRUPT', () => {
    const codes = [3, 4].map((times) => {
      const journey = journeyOf(4 * CHUNK);
      const exchange = new Exchange([journey], 4 * CHUNK);
      try {
        damageSecondChunk(exchange, times);
      } catch (error) {
        if (!(error instanceof SottoError)) throw error;
        return error.code;
      }
      expect(Buffer.compare(journey.written, journey.file)).toBe(0);
      return undefined;
    });
    expect(codes).toEqual([undefined, ErrorCode.FILE_CORRUPT]);
  });

  test('[TRANSFER-4] chunks that came behind a damaged one are dropped, however late they are looked at', () => {
    const journey = journeyOf(3 * CHUNK + 9);
    const exchange = new Exchange([journey], 4 * CHUNK);
    const [flow] = exchange.flows;
    if (flow === undefined) throw new Error('no flow');
    const move = (chunks: number, damage = (_data: Uint8Array): void => {}) => {
      while (flow.chunks.length < chunks) {
        exchange.send();
        exchange.deliver(flow, ({ data }) => damage(data));
        exchange.acknowledge();
      }
    };
    move(1, (data) => data.fill(0xaa));
    move(3);
    exchange.verify(flow);
    exchange.acknowledge();
    // Two of before, and three anew.
    move(5);
    const offsets = flow.chunks.map(({ offset }) => offset / CHUNK);
    expect(offsets).toEqual([1, 2, 0, 1, 2]);
    exchange.settle();
    expect(Buffer.compare(journey.written, journey.file)).toBe(0);
  });

  test('[TRANSFER-4] going back drops the beginning of the next chunk, whatever its length', () => {
    const journey = journeyOf(CHUNK + 9_000);
    const exchange = new Exchange([journey], 4 * CHUNK);
    const [flow] = exchange.flows;
    if (flow === undefined) throw new Error('no flow');
    while (flow.incoming.received <= CHUNK) {
      exchange.send();
      exchange.deliver(flow, ({ offset, data }) => void (offset === 0 && data.fill(0xaa)));
      exchange.acknowledge();
    }
    expect(flow.incoming.received).toBeLessThan(CHUNK + 9_000);
    exchange.settle();
    expect(exchange.isComplete).toBe(true);
    expect(Buffer.compare(journey.written, journey.file)).toBe(0);
  });

  test('[TRANSFER-4] each chunk may be damaged three times', () => {
    const journey = journeyOf(3 * CHUNK);
    const exchange = new Exchange([journey], CHUNK);
    const times = new Map<number, number>();
    for (let moved = true; moved; ) {
      moved = exchange.send();
      for (const flow of exchange.flows) {
        const delivered = exchange.deliver(flow, ({ offset, data }) => {
          const before = times.get(offset) ?? 0;
          if (offset % CHUNK !== 0 || before === 3) return;
          times.set(offset, before + 1);
          data[0] = (data[0] ?? 0) ^ 1;
        });
        moved = exchange.verify(flow) || delivered || moved;
      }
      moved = exchange.acknowledge() || moved;
    }
    expect([...times.values()]).toEqual([3, 3, 3]);
    expect(Buffer.compare(journey.written, journey.file)).toBe(0);
  });

  test('[TRANSFER-3] its credit is what is written and what is lent; what was given stays given', () => {
    const exchange = new Exchange([journeyOf(10 * CHUNK)], 2 * CHUNK);
    const [flow] = exchange.flows;
    if (flow === undefined) throw new Error('no flow');
    const { incoming } = flow;
    expect(incoming.credit).toBe(2 * CHUNK);
    exchange.lend(flow, CHUNK);
    expect(incoming.credit).toBe(2 * CHUNK);
    while (incoming.received < 2 * CHUNK) {
      exchange.send();
      exchange.deliver(flow);
      exchange.acknowledge();
    }
    expect(exchange.send()).toBe(false);
    exchange.verify(flow);
    expect(incoming.credit).toBe(2 * CHUNK);
    exchange.verify(flow);
    expect(incoming.credit).toBe(3 * CHUNK);
    exchange.lend(flow, 20 * CHUNK);
    expect(incoming.credit).toBe(10 * CHUNK);
    exchange.settle();
    expect(exchange.isComplete).toBe(true);
  });

  test('[TRANSFER-3] F1: a receiver that lends less than a chunk is sent nothing more, until it lends one', () => {
    for (const lentBytes of [0, 1, CHUNK - 1]) {
      const exchange = new Exchange([journeyOf(10 * CHUNK)], 3 * CHUNK);
      const [flow] = exchange.flows;
      if (flow === undefined) throw new Error('no flow');
      exchange.lend(flow, lentBytes);
      exchange.settle();
      expect([flow.journey.writtenBytes, flow.incoming.credit]).toEqual([3 * CHUNK, 3 * CHUNK]);
      exchange.lend(flow, CHUNK + 0.5);
      exchange.settle();
      expect(exchange.isComplete).toBe(true);
    }
  });

  test('[TRANSFER-3] little credit makes no flood of little pieces', () => {
    const outgoing = new OutgoingTransfer({
      transfer: 1,
      sizeBytes: CHUNK,
      offset: 0,
      credit: 1,
      window: new FlightWindow(),
    });
    outgoing.load(0, new Uint8Array(CHUNK), new Uint8Array(32));
    expect(outgoing.take(0)?.data).toHaveLength(1);
    for (let credit = 2; credit < 4_000; credit++) {
      const frame = encode(1, 'fileProgress', 0, { transfer: 1, received: 0, credit });
      outgoing.progress(decode('fileProgress', frame), 0);
      expect(outgoing.take(0)).toBeUndefined();
    }
  });

  test('[TRANSFER-7] keeps one chunk, and nothing once it is over', () => {
    const window = new FlightWindow();
    const outgoing = new OutgoingTransfer({
      transfer: 1,
      sizeBytes: 9 * CHUNK,
      offset: 0,
      credit: 9 * CHUNK,
      window,
    });
    expect(outgoing.wanted).toEqual({ offset: 0, length: CHUNK });
    expect(() => outgoing.load(0, new Uint8Array(5), new Uint8Array(32))).toThrow(SottoError);
    outgoing.load(CHUNK, new Uint8Array(CHUNK), new Uint8Array(32));
    expect(outgoing.take(0)).toBeUndefined();
    outgoing.load(0, new Uint8Array(CHUNK), new Uint8Array(32));
    expect(outgoing.wanted).toBeUndefined();
    while (outgoing.take(0) !== undefined);
    expect(window.flightBytes).toBeGreaterThan(0);
    outgoing.end();
    expect([window.flightBytes, outgoing.wanted, outgoing.take(0)]).toEqual([0, undefined, undefined]);
    const late = encode(1, 'fileProgress', 0, { transfer: 1, received: 4_096, credit: 0, again: false });
    expect(outgoing.progress(decode('fileProgress', late), 0)).toBe('onward');
  });
});

/** The second chunk arrives damaged so many times. */
function damageSecondChunk(exchange: Exchange, times: number): void {
  let left = times;
  for (let moved = true; moved; ) {
    moved = exchange.send();
    for (const flow of exchange.flows) {
      const delivered = exchange.deliver(flow, ({ offset, data }) => {
        if (offset !== CHUNK || left === 0) return;
        left -= 1;
        data[0] = (data[0] ?? 0) ^ 1;
      });
      moved = exchange.verify(flow) || delivered || moved;
    }
    moved = exchange.acknowledge() || moved;
  }
}

describe('F1: whatever comes in whatever order', () => {
  const journeys = fc.array(fc.oneof(fc.constantFrom(...SIZES), fc.integer({ min: 0, max: 6 * CHUNK })), {
    minLength: 1,
    maxLength: 3,
  });
  const step = fc.record({
    what: fc.constantFrom(
      'send',
      'send',
      'deliver',
      'deliver',
      'verify',
      'acknowledge',
      'damage',
      'lend',
      'break',
    ),
    which: fc.integer({ min: 0, max: 2 }),
    amount: fc.integer({ min: 1, max: 20 }),
  });
  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

  function take({ what, which, amount }: Step, exchange: Exchange, damages: { left: number }): void {
    const flow = exchange.flows[which % exchange.flows.length];
    if (flow === undefined) throw new Error('no flow');
    exchange.nowMs += amount;
    for (let count = 0; count < amount; count++) {
      if (what === 'send') exchange.send();
      if (what === 'deliver') exchange.deliver(flow);
      if (what === 'verify') exchange.verify(flow);
      if (what === 'acknowledge') exchange.acknowledge();
    }
    if (what === 'lend') exchange.lend(flow, amount * CHUNK);
    if (what === 'damage' && damages.left > 0)
      exchange.deliver(flow, ({ data }) => {
        damages.left -= 1;
        data[amount % data.length] = (data[amount % data.length] ?? 0) ^ 0x80;
      });
  }

  test('[TRANSFER-3] [TRANSFER-4] [TRANSFER-5] breaks, damage and any interleaving: the same bytes, in order, each chunk written once', () => {
    fc.assert(
      fc.property(
        journeys,
        fc.array(step, { minLength: 50, maxLength: 300 }),
        fc.integer({ min: CHUNK, max: 5 * CHUNK }),
        (sizes, steps, lentBytes) => {
          const all: Journey[] = sizes.map((sizeBytes, index) => journeyOf(sizeBytes, index));
          let exchange = new Exchange(all, lentBytes);
          // Fewer than what makes one chunk corrupt for good, whichever they hit.
          const damages = { left: 3 };
          for (const each of steps) {
            if (each.what === 'break') exchange = new Exchange(all, lentBytes);
            else take(each, exchange, damages);
          }
          exchange.settle();
          expect(exchange.isComplete).toBe(true);
          expect(exchange.window.flightBytes).toBe(0);
          for (const { written, file } of all) expect(Buffer.compare(written, file)).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
