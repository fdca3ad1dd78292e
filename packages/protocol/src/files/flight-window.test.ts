import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { FlightWindow } from './flight-window.ts';
import { Bottleneck, ModelPath } from './testing/model-path.ts';
import { WINDOW_LEAST_BYTES, WINDOW_MOST_BYTES } from './window-control.ts';

/** The path of the benchmark. */
const NARROW = { bitsPerSecond: 5e6, thereMs: 30, backMs: 30 };

describe('F3: what a transfer takes of a path, and what it leaves', () => {
  test('[PACE-2] 5 Mbit/s, 60 ms: at least 0.95 of it, and 30 ms of queue at most but for the first second', () => {
    const path = new ModelPath(NARROW);
    expect(path.utilisation(30_000)).toBeGreaterThan(0.95);
    expect(path.waitMs(50)).toBeLessThan(25);
    expect(path.waitMs(95)).toBeLessThan(30);
    expect(path.waitMs(99)).toBeLessThan(35);
    // Slow start overshoots once, by less than a round trip.
    expect(path.waitMs(100)).toBeLessThan(60);
    expect(path.waitMs(100, 1_000)).toBeLessThan(40);
  });

  test('[PACE-2] so it stays for ten minutes: its own queue never passes for the path', () => {
    const path = new ModelPath(NARROW).run(540_000);
    const from = path.waitsMs.length;
    expect(path.utilisation(600_000)).toBeGreaterThan(0.95);
    expect(path.waitMs(99, from)).toBeLessThan(35);
  });

  test.each([
    { jitterMs: 5, least: 0.95 },
    { jitterMs: 15, least: 0.9 },
  ])('[PACE-2] with jitter of $jitterMs ms each way as well', ({ jitterMs, least }) => {
    const path = new ModelPath({ ...NARROW, jitterMs });
    expect(path.utilisation(30_000)).toBeGreaterThan(least);
    expect(path.waitMs(99)).toBeLessThan(45);
  });

  test('[PACE-3] on a long path pieces that queue behind each other do not end slow start at once', () => {
    const path = new ModelPath({ bitsPerSecond: 2e7, thereMs: 150, backMs: 150 });
    expect(path.utilisation(10_000)).toBeGreaterThan(0.34);
  });

  test('[PACE-2] a sender that does not fill the window does not widen it', () => {
    const window = new FlightWindow();
    for (let nowMs = 0; nowMs < 10_000; nowMs += 100) {
      window.sent(2_000, nowMs);
      window.arrived(2_000, nowMs, nowMs + 60);
    }
    expect(window.windowBytes).toBe(WINDOW_LEAST_BYTES);
  });

  test.each([
    { what: '100 Mbit/s, 20 ms', bitsPerSecond: 1e8, roundTripMs: 20, least: 0.95, mostMs: 30 },
    { what: '100 Mbit/s, 1 ms', bitsPerSecond: 1e8, roundTripMs: 1, least: 0.97, mostMs: 25 },
    { what: '20 Mbit/s, 100 ms', bitsPerSecond: 2e7, roundTripMs: 100, least: 0.85, mostMs: 45 },
    { what: '20 Mbit/s, 300 ms', bitsPerSecond: 2e7, roundTripMs: 300, least: 0.7, mostMs: 90 },
    { what: '1 Mbit/s, 40 ms', bitsPerSecond: 1e6, roundTripMs: 40, least: 0.9, mostMs: 70 },
  ])(
    '[PACE-2] $what: $least of it, queue of $mostMs ms at most',
    ({ bitsPerSecond, roundTripMs, least, mostMs }) => {
      const path = new ModelPath({ bitsPerSecond, thereMs: roundTripMs / 2, backMs: roundTripMs / 2 });
      expect(path.utilisation(60_000)).toBeGreaterThan(least);
      expect(path.waitMs(99)).toBeLessThan(mostMs);
    },
  );

  test('[PACE-1] [PACE-2] as good as loopback, where work takes a millisecond or two: the whole window', () => {
    const path = new ModelPath({ bitsPerSecond: 2e9, thereMs: 0.1, backMs: 0.1, jitterMs: 2 });
    expect(path.utilisation(1_000)).toBeGreaterThan(0.9);
    expect(path.window.windowBytes).toBe(WINDOW_MOST_BYTES);
    expect(path.mostInFlightBytes).toBeLessThanOrEqual(WINDOW_MOST_BYTES);
  });

  test('[PACE-1] 128 kbit/s, 300 ms: it goes on, and the queue is what the least window makes', () => {
    const path = new ModelPath({ bitsPerSecond: 128e3, thereMs: 150, backMs: 150, jitterMs: 30 });
    expect(path.utilisation(300_000)).toBeGreaterThan(0.8);
    expect(path.waitMs(99)).toBeLessThan(600);
    expect(path.mostInFlightBytes).toBeLessThanOrEqual(2 * WINDOW_LEAST_BYTES);
  });

  test('[PACE-1] a peer that never acknowledges gets the window it begins with, and no more', () => {
    const path = new ModelPath({ ...NARROW, transfers: 5 });
    path.isSilent = true;
    path.run(600_000);
    expect(path.deliveredBytes).toBe(WINDOW_LEAST_BYTES);
  });

  test('[PACE-1] one that falls silent gets the window of then', () => {
    const path = new ModelPath({ ...NARROW, transfers: 5 }).run(5_000);
    path.isSilent = true;
    path.run(6_000);
    const { deliveredBytes } = path;
    const { windowBytes } = path.window;
    expect(path.window.flightBytes).toBeLessThanOrEqual(windowBytes);
    path.run(100_000);
    expect(path.deliveredBytes).toBe(deliveredBytes);
  });

  test('[PACE-1] its owner may lend less at any time', () => {
    const path = new ModelPath({ bitsPerSecond: 1e9, thereMs: 5, backMs: 5 }).run(2_000);
    expect(path.window.windowBytes).toBe(WINDOW_MOST_BYTES);
    path.window.limit(100_000);
    path.run(2_100);
    path.mostInFlightBytes = 0;
    path.run(5_000);
    expect(path.mostInFlightBytes).toBeGreaterThan(80_000);
    expect(path.mostInFlightBytes).toBeLessThanOrEqual(100_000);
    path.window.limit(0);
    expect(path.window.windowBytes).toBe(WINDOW_LEAST_BYTES);
  });
});

describe('F3: paths that change', () => {
  test('[PACE-4] a longer one is recovered within 5 s', () => {
    const path = new ModelPath(NARROW).run(20_000);
    path.path = { ...NARROW, jitterMs: 0, thereMs: 80, backMs: 80 };
    path.run(25_000);
    const from = path.waitsMs.length;
    expect(path.utilisation(65_000)).toBeGreaterThan(0.9);
    expect(path.waitMs(95, from)).toBeLessThan(45);
  });

  test('[PACE-4] a shorter one, which only the queue became longer for, is noticed when that drains twice', () => {
    const path = new ModelPath({ ...NARROW, thereMs: 80, backMs: 80 }).run(20_000);
    path.path = { ...NARROW, jitterMs: 0 };
    path.run(43_000);
    const from = path.waitsMs.length;
    expect(path.utilisation(60_000)).toBeGreaterThan(0.9);
    expect(path.waitMs(95, from)).toBeLessThan(40);
  });

  test('[PACE-2] ten times the rate is used within 5 s, a twentieth of it is kept to within 6 s', () => {
    const path = new ModelPath(NARROW).run(20_000);
    path.path = { ...NARROW, jitterMs: 0, bitsPerSecond: 5e7 };
    path.run(25_000);
    expect(path.utilisation(30_000)).toBeGreaterThan(0.9);
    path.path = { ...NARROW, jitterMs: 0, bitsPerSecond: 2.5e6 };
    path.run(36_000);
    const from = path.waitsMs.length;
    expect(path.utilisation(60_000)).toBeGreaterThan(0.9);
    expect(path.waitMs(99, from)).toBeLessThan(60);
  });

  test.each([300, 10_000])(
    '[PACE-2] one that stood still for %d ms is filled again within 3 s',
    (milliseconds) => {
      const path = new ModelPath(NARROW).run(20_000);
      path.standStill(milliseconds);
      path.run(20_000 + milliseconds);
      expect(path.window.flightBytes).toBeLessThanOrEqual(WINDOW_LEAST_BYTES * 8);
      path.run(23_000 + milliseconds);
      const from = path.waitsMs.length;
      expect(path.utilisation(40_000)).toBeGreaterThan(0.9);
      expect(path.waitMs(99, from)).toBeLessThan(60);
    },
  );

  test('[PACE-3] after a silence it begins anew, and floods nothing', () => {
    const path = new ModelPath(NARROW).run(10_000);
    path.pause(true);
    path.run(12_000);
    const from = path.waitsMs.length;
    path.pause(false);
    expect(path.window.windowBytes).toBe(WINDOW_LEAST_BYTES);
    expect(path.utilisation(17_000)).toBeGreaterThan(0.9);
    expect(path.waitMs(100, from)).toBeLessThan(65);
  });

  test.each([-3_600_000, -50, -5, 50, 500, 7_200_000])(
    '[PACE-7] a clock that jumps by %d ms costs pace for some seconds',
    (jumpMs) => {
      const path = new ModelPath(NARROW).run(20_000);
      path.clockAheadMs = jumpMs;
      expect(path.utilisation(30_000)).toBeGreaterThan(0.5);
      const from = path.waitsMs.length;
      expect(path.utilisation(60_000)).toBeGreaterThan(0.9);
      expect(path.waitMs(99, from)).toBeLessThan(60);
    },
  );
});

describe('F3: connections that share a path', () => {
  test.each([0, 5_000, 30_000])(
    '[PACE-2] [PACE-4] the second one %d ms later: over two minutes each has its part, and the queue stays short',
    (laterMs) => {
      const bottleneck = new Bottleneck();
      const one = new ModelPath({ ...NARROW, bottleneck }).run(laterMs);
      const before = one.deliveredBytes;
      const two = new ModelPath({ ...NARROW, bottleneck, seed: 2 });
      const from = two.waitsMs.length;
      one.run(laterMs + 120_000);
      const both = one.deliveredBytes - before + two.deliveredBytes;
      expect((both * 8) / NARROW.bitsPerSecond / 120).toBeGreaterThan(0.93);
      expect(two.deliveredBytes / both).toBeWithin(0.2, 0.8);
      expect(two.waitMs(99, from)).toBeLessThan(80);
    },
  );
});

test('[PACE-1] [PACE-7] F3: whatever is sent, acknowledged, forgotten and lent, and whatever the clock does: always within its bounds', () => {
  const step = fc.record({
    what: fc.constantFrom('send', 'send', 'arrive', 'arrive', 'forget', 'limit'),
    laterMs: fc.oneof(
      { weight: 9, arbitrary: fc.double({ min: 0, max: 100, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: -1e7, max: 1e7, noNaN: true }) },
    ),
    limitBytes: fc.integer({ min: 0, max: 2 ** 21 }),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 100, maxLength: 400 }), (steps) => {
      const window = new FlightWindow();
      const flights: { bytes: number; sentAtMs: number }[] = [];
      let nowMs = 1.7e12;
      let mostBytes = WINDOW_MOST_BYTES;
      for (const { what, laterMs, limitBytes } of steps) {
        nowMs += laterMs;
        const flight = what === 'arrive' || what === 'forget' ? flights.shift() : undefined;
        if (flight !== undefined && what === 'arrive') window.arrived(flight.bytes, flight.sentAtMs, nowMs);
        if (flight !== undefined && what === 'forget') window.forgotten(flight.bytes);
        if (what === 'limit') {
          mostBytes = Math.max(WINDOW_LEAST_BYTES, limitBytes);
          window.limit(limitBytes);
        }
        for (let { pieceBytes: bytes } = window; what === 'send' && bytes <= window.roomBytes; ) {
          window.sent(bytes, nowMs);
          flights.push({ bytes, sentAtMs: nowMs });
        }
        expect(window.windowBytes).toBeWithin(WINDOW_LEAST_BYTES, mostBytes + 1);
        expect(window.pieceBytes).toBeWithin(4_096, 65_537);
        expect(window.flightBytes).toBe(flights.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(window.roomBytes).toBe(Math.max(0, window.windowBytes - window.flightBytes));
      }
    }),
    { numRuns: 200 },
  );
});

describe('F3: pieces', () => {
  test('[PACE-5] are an eighth of the window, so that none takes 15 ms at 5 Mbit/s', () => {
    const path = new ModelPath(NARROW);
    const sizes = [];
    for (let atMs = 100; atMs <= 20_000; atMs += 100) sizes.push(path.run(atMs).window.pieceBytes);
    expect((Math.max(...sizes) * 8_000) / NARROW.bitsPerSecond).toBeLessThan(15);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4_096);
    const wide = new ModelPath({ bitsPerSecond: 1e9, thereMs: 5, backMs: 5 }).run(2_000);
    expect(wide.window.pieceBytes).toBe(65_536);
    expect(new FlightWindow().pieceBytes).toBe(4_096);
  });

  test('[PACE-6] transfers that share a window get the same each', () => {
    const path = new ModelPath({ ...NARROW, transfers: 5 });
    expect(path.utilisation(20_000)).toBeGreaterThan(0.95);
    const fair = path.deliveredBytes / 5;
    for (const { incoming } of path.flows) expect(Math.abs(incoming.received / fair - 1)).toBeLessThan(0.1);
    expect(path.waitMs(99)).toBeLessThan(35);
  });
});
