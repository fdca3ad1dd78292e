import { describe, expect, test } from 'bun:test';
import { Cubic } from './cubic.ts';
import { SEGMENT_BYTES } from './values.ts';

const C = 0.4;
const BETA = 0.7;
const segments = (bytes: number) => bytes / SEGMENT_BYTES;

/** Acknowledges a window in each round trip, a packet at a time, and tells the window at the end of each. */
function grow(
  cubic: Cubic,
  from: number,
  roundTripMs: number,
  untilMs: number,
  startMs = 0,
): Map<number, number> {
  const windows = new Map<number, number>();
  let window = from;
  for (let now = startMs; now <= untilMs; now += roundTripMs) {
    const packets = Math.round(segments(window));
    for (let packet = 0; packet < packets; packet++) {
      const at = now + (packet / packets) * roundTripMs;
      window = cubic.grow(at, window, SEGMENT_BYTES, roundTripMs);
    }
    windows.set(now + roundTripMs - startMs, segments(window));
  }
  return windows;
}

describe('T4 [CONGEST-1] CUBIC (RFC 9438)', () => {
  test('a reduction leaves 0.7 of the window', () => {
    expect(new Cubic().reduce(1_000 * SEGMENT_BYTES)).toBeCloseTo(700 * SEGMENT_BYTES, 6);
  });

  test('the window follows W(t) = C (t - K)^3 + W_max, with K = cbrt(W_max (1 - beta) / C)', () => {
    const cubic = new Cubic();
    const max = 1_000;
    const windows = grow(cubic, cubic.reduce(max * SEGMENT_BYTES), 100, 12_000);
    const k = Math.cbrt((max * (1 - BETA)) / C);
    expect(k).toBeCloseTo(9.0856, 3);
    for (const seconds of [1, 2, 4, 6, 8, 9, 10, 11, 12]) {
      const expected = C * (seconds - k) ** 3 + max;
      expect(Math.abs((windows.get(seconds * 1_000) ?? 0) - expected) / expected).toBeLessThan(0.01);
    }
  });

  test('a round trip adds at most half a window: the target is no more than 1.5 times it', () => {
    const cubic = new Cubic();
    const window = cubic.reduce(10 * SEGMENT_BYTES);
    cubic.grow(0, window, SEGMENT_BYTES, 100);
    const grown = cubic.grow(60_000, window, window, 100);
    expect(grown).toBeCloseTo(1.5 * window, 6);
  });

  test('fast convergence: below the last maximum, W_max becomes cwnd (1 + beta) / 2', () => {
    const cubic = new Cubic();
    cubic.reduce(1_000 * SEGMENT_BYTES);
    const window = cubic.reduce(800 * SEGMENT_BYTES);
    expect(cubic.state.maxSegments).toBeCloseTo((800 * (1 + BETA)) / 2, 6);
    const k = Math.cbrt((680 - 560) / C);
    const windows = grow(cubic, window, 100, 7_000);
    expect(windows.get(Math.round(k * 10) * 100)).toBeCloseTo(680, -1);
  });

  test('above the last maximum, W_max is the window', () => {
    const cubic = new Cubic();
    cubic.reduce(800 * SEGMENT_BYTES);
    cubic.reduce(1_000 * SEGMENT_BYTES);
    expect(cubic.state.maxSegments).toBe(1_000);
  });

  test('where Reno would be faster, it grows as Reno does: 3 (1 - beta) / (1 + beta) packets a round trip, then 1', () => {
    const cubic = new Cubic();
    const windows = grow(cubic, cubic.reduce(20 * SEGMENT_BYTES), 10, 300);
    const alpha = (3 * (1 - BETA)) / (1 + BETA);
    // From 14 to 20 takes 6 / 0.529 = 11.3 round trips.
    expect(windows.get(100)).toBeCloseTo(14 + 10 * alpha, 0);
    const steep = (windows.get(300) ?? 0) - (windows.get(200) ?? 0);
    expect(steep).toBeGreaterThan(9);
    expect(steep).toBeLessThan(11);
  });

  test('without a reduction before it the curve begins flat: K = 0, W_max = cwnd', () => {
    const cubic = new Cubic();
    cubic.reduce(1_000 * SEGMENT_BYTES);
    cubic.startAfresh();
    const windows = grow(cubic, 300 * SEGMENT_BYTES, 200, 10_000);
    for (const seconds of [5, 8, 10]) {
      const expected = C * seconds ** 3 + 300;
      expect(Math.abs((windows.get(seconds * 1_000) ?? 0) - expected) / expected).toBeLessThan(0.03);
    }
  });

  test('time in which nobody fills the window is no time: the curve goes on where it was', () => {
    const plain = new Cubic();
    const paused = new Cubic();
    for (const cubic of [plain, paused]) cubic.reduce(500 * SEGMENT_BYTES);
    const before = [plain, paused].map(
      (cubic) => grow(cubic, 350 * SEGMENT_BYTES, 100, 1_900).get(2_000) ?? 0,
    );
    expect(before[0]).toBe(before[1] ?? 0);
    paused.pause(2_000, 62_000);
    const from = (before[0] ?? 0) * SEGMENT_BYTES;
    const went = grow(plain, from, 100, 3_900, 2_000).get(2_000) ?? 0;
    expect(grow(paused, from, 100, 63_900, 62_000).get(2_000)).toBeCloseTo(went, 3);
  });

  test('a pause that began before the epoch counts from the epoch', () => {
    const cubic = new Cubic();
    cubic.grow(1_000, 10 * SEGMENT_BYTES, SEGMENT_BYTES, 100);
    cubic.pause(Number.NEGATIVE_INFINITY, 1_500);
    expect(cubic.state.epoch?.startedAt).toBe(1_500);
  });
});
