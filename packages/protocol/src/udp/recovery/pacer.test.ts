import { describe, expect, test } from 'bun:test';
import { Pacer } from './pacer.ts';

const PACKET = 1_200;

/** Sends packets as soon as they may, looking only when the timer fires. Returns how many left by `untilMs`. */
function drain(pacer: Pacer, fromMs: number, untilMs: number, timerMs = 0): number {
  let sent = 0;
  for (let now = fromMs; now <= untilMs; ) {
    const at = pacer.sendableAt(now, PACKET);
    if (at <= now) {
      pacer.sent(now, PACKET);
      sent += 1;
    } else now = timerMs > 0 ? Math.ceil(at / timerMs) * timerMs : at;
  }
  return sent;
}

function paced(window: number, smoothedMs: number, slowStart: boolean): Pacer {
  const pacer = new Pacer(0);
  pacer.setPace(0, window, smoothedMs, slowStart);
  return pacer;
}

describe('T4 [CONGEST-2] pacing', () => {
  test('10 packets leave at once, the next when the pace allows it', () => {
    const pacer = paced(50 * PACKET, 100, false);
    expect(drain(pacer, 0, 0)).toBe(10);
    // 1.25 * 50 packets in 100 ms: one in 1.6 ms.
    expect(pacer.sendableAt(0, PACKET)).toBeCloseTo(1.6, 9);
    expect(pacer.sendableAt(0, PACKET / 2)).toBeCloseTo(0.8, 9);
  });

  test.each([
    { slowStart: false, gain: 1.25 },
    { slowStart: true, gain: 2 },
  ])('a round trip takes $gain windows (slow start: $slowStart)', ({ slowStart, gain }) => {
    const pacer = paced(40 * PACKET, 100, slowStart);
    drain(pacer, 0, 0);
    expect(drain(pacer, 0, 1_000)).toBeCloseTo(gain * 400, -1);
  });

  test('silence saves no more than a burst', () => {
    const pacer = paced(50 * PACKET, 100, false);
    drain(pacer, 0, 0);
    expect(drain(pacer, 60_000, 60_000)).toBe(10);
  });

  test('timers of 1 ms do not slow it down, however fast the path', () => {
    for (const window of [100, 1_000, 6_000]) {
      const pacer = paced(window * PACKET, 30, false);
      drain(pacer, 0, 0);
      const sent = drain(pacer, 0, 1_000, 1);
      expect(sent / ((1.25 * window * 1_000) / 30)).toBeGreaterThan(0.99);
    }
  });

  test('what leaves without asking is a debt of at most a burst', () => {
    const pacer = paced(50 * PACKET, 100, false);
    for (let sent = 0; sent < 1_000; sent++) pacer.sent(0, PACKET);
    expect(pacer.sendableAt(0, PACKET)).toBeCloseTo(11 * 1.6, 9);
  });

  test('a time that it names is late enough', () => {
    const pacer = paced(77 * PACKET, 33.3, true);
    let now = 1_763_715_600_000.123;
    for (let packet = 0; packet < 1_000; packet++) {
      now = pacer.sendableAt(now, PACKET);
      expect(pacer.sendableAt(now, PACKET)).toBe(now);
      pacer.sent(now, PACKET);
    }
  });
});
