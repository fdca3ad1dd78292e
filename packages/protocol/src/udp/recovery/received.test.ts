import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { ReceivedPackets } from './received.ts';
import { rangesOf } from './testing/sender.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** Packets 0 to `count` - 1 received and acknowledged at 0. */
function quiet(count: number): ReceivedPackets {
  const received = new ReceivedPackets();
  for (let number = 0; number < count; number++) received.received(0, number, true, false);
  received.ack(0);
  return received;
}

describe('T4 [ACK-1] when an ack leaves', () => {
  test('25 ms after a packet that elicits, alone and in order', () => {
    const received = quiet(3);
    expect(received.deadline()).toBe(NEVER);
    received.received(100, 3, true, false);
    expect(received.deadline()).toBe(125);
  });

  test('at once with the second', () => {
    const received = quiet(3);
    received.received(100, 3, true, false);
    received.received(110, 4, true, false);
    expect(received.deadline()).toBe(110);
    received.ack(110);
    received.received(120, 5, true, false);
    expect(received.deadline()).toBe(145);
  });

  test.each([
    { what: 'after a gap', number: 5 },
    { what: 'into a gap', number: 1 },
  ])('at once $what', ({ number }) => {
    const received = new ReceivedPackets();
    for (const before of [0, 2, 3]) received.received(0, before, true, false);
    received.ack(0);
    received.received(100, number, true, false);
    expect(received.deadline()).toBe(100);
  });

  test('25 ms after one that repeats something received before, also after a gap and however many they are', () => {
    const received = quiet(3);
    for (const number of [3, 5, 6, 4]) received.received(100, number, true, true);
    expect(received.deadline()).toBe(125);
    received.received(110, 7, true, false);
    expect(received.deadline()).toBe(125);
    received.received(111, 8, true, false);
    expect(received.deadline()).toBe(111);
  });

  test('at once in the handshake', () => {
    const received = new ReceivedPackets(0);
    received.received(100, 0, true, false);
    expect(received.deadline()).toBe(100);
  });

  test('not at all for what does not elicit', () => {
    const received = quiet(3);
    for (const number of [3, 4, 9, 7]) received.received(100, number, false, false);
    expect([received.deadline(), received.news]).toEqual([NEVER, true]);
    received.received(101, 10, true, false);
    expect(received.deadline()).toBe(126);
  });

  test('with any packet before that; it tells how long the greatest has waited', () => {
    const received = quiet(3);
    received.received(100, 3, true, false);
    received.received(104, 4, false, false);
    expect(received.ack(110.5)).toEqual({ ranges: [{ first: 0, last: 4 }], delayMs: 6.5 });
    expect([received.news, received.deadline()]).toEqual([false, NEVER]);
    expect(received.ack(120)?.delayMs).toBe(16);
  });

  test('there is none while nothing was received', () => {
    expect(new ReceivedPackets().ack(0)).toBeUndefined();
  });
});

describe('T4 [ACK-2] what an ack names', () => {
  test('ranges join when what is between them arrives', () => {
    const received = new ReceivedPackets();
    const ranges = [5, 9, 7, 6, 8, 3].map((number) => {
      received.received(0, number, true, false);
      return received.ack(0)?.ranges.map(({ first, last }) => [first, last]);
    });
    expect(ranges).toEqual([
      [[5, 5]],
      [
        [9, 9],
        [5, 5],
      ],
      [
        [9, 9],
        [7, 7],
        [5, 5],
      ],
      [
        [9, 9],
        [5, 7],
      ],
      [[5, 9]],
      [
        [5, 9],
        [3, 3],
      ],
    ]);
  });

  test('the 32 greatest ranges are kept; a packet below them is named no more', () => {
    const received = new ReceivedPackets();
    for (let number = 0; number < 200; number += 2) received.received(0, number, true, false);
    const ranges = received.ack(0)?.ranges ?? [];
    expect(ranges).toHaveLength(32);
    expect(ranges.at(0)).toEqual({ first: 198, last: 198 });
    expect(ranges.at(-1)).toEqual({ first: 136, last: 136 });
    received.received(1, 7, true, false);
    expect(received.ack(1)?.ranges).toEqual(ranges);
  });

  test('what an acknowledged ack named is forgotten', () => {
    const received = new ReceivedPackets();
    for (const number of [0, 1, 2, 5, 6, 7, 10]) received.received(0, number, true, false);
    received.ackAcknowledged(6);
    expect(received.ack(0)?.ranges).toEqual([
      { first: 10, last: 10 },
      { first: 7, last: 7 },
    ]);
    received.ackAcknowledged(10);
    expect(received.ack(0)).toBeUndefined();
    received.received(1, 11, true, false);
    expect(received.deadline()).toBe(26);
    expect(received.ack(1)?.ranges).toEqual([{ first: 11, last: 11 }]);
  });

  test('for any packets in any order: the numbers received, down to the 32nd range from the top', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 300 }), (arrived) => {
        const received = new ReceivedPackets();
        const seen = [...new Set(arrived)];
        for (const number of seen) received.received(0, number, true, false);
        const named = received.ack(0)?.ranges ?? [];
        expect(named.length).toBeLessThanOrEqual(32);
        const floor = named.at(-1)?.first ?? 0;
        expect(named).toEqual(rangesOf(seen.filter((number) => number >= floor)));
        if (rangesOf(seen).length <= 32) expect(floor).toBe(Math.min(...seen));
      }),
      { numRuns: 300 },
    );
  });
});
