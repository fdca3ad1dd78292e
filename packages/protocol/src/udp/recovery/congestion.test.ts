import { describe, expect, test } from 'bun:test';
import { Congestion } from './congestion.ts';
import { Rtt } from './rtt.ts';
import { numbers, TestSender } from './testing/sender.ts';
import { LEAST_WINDOW_BYTES } from './values.ts';

const PACKET = 1_200;

/** Sends what the window allows in a burst at `now`, and acknowledges it all a round trip later; pacing is not asked. */
function roundTrip(sender: TestSender, now: number, roundTripMs: number): void {
  const { recovery } = sender;
  const count = Math.floor((recovery.window - recovery.bytesInFlight) / PACKET);
  const first = sender.send(now, count);
  expect(recovery.sendableAt(now, PACKET)).toBe(Number.POSITIVE_INFINITY);
  for (let number = first; number < first + count; number++) sender.ack(now + roundTripMs, [number]);
}

describe('T4 [CONGEST-1] the window', () => {
  test('is 10 packets at first, and doubles each round trip', () => {
    const sender = new TestSender();
    const windows = [0, 1, 2, 3].map((index) => {
      const { window } = sender.recovery;
      roundTrip(sender, index * 100, 100);
      return window / PACKET;
    });
    expect(windows).toEqual([10, 20, 40, 80]);
  });

  test('leaves slow start when round trips grow, and then grows as CUBIC says', () => {
    const sender = new TestSender();
    const windows: number[] = [];
    for (let index = 0; index < 14; index++) {
      roundTrip(sender, index * 400, index < 3 ? 100 : 100 + 20 * (index - 2));
      windows.push(sender.recovery.window / PACKET);
    }
    // Doubled thrice; the fourth round shows the growth at its 8th sample, and 72 packets make 18.
    expect(windows.slice(0, 3)).toEqual([20, 40, 80]);
    expect(windows[3]).toBeCloseTo(80 + 7 + 73 / 4, 0);
    expect((windows[4] ?? 0) / (windows[3] ?? 0)).toBeCloseTo(1.25, 1);
    expect(sender.recovery.slowStart).toBe(false);
    expect((windows[13] ?? 0) / (windows[12] ?? 0)).toBeLessThan(1.03);
    expect(sender.recovery.counters.packetsLost).toBe(0);
  });

  test('a loss takes 0.3 of it, once a round trip however much is lost; it is never below 2 packets', () => {
    const sender = new TestSender();
    const first = sender.send(0, 10);
    expect(sender.recovery.sendableAt(0, PACKET)).toBe(Number.POSITIVE_INFINITY);
    sender.ack(100, [first + 5]);
    expect(sender.recovery.window).toBe(0.7 * 10 * PACKET);
    sender.ack(101, [first + 9]);
    expect(sender.recovery.window).toBe(0.7 * 10 * PACKET);
    for (let now = 1_000; now < 20_000; now += 1_000) {
      const next = sender.send(now, 4);
      sender.ack(now + 100, [next + 3]);
    }
    expect(sender.recovery.window).toBe(LEAST_WINDOW_BYTES);
  });

  test('nothing sent before a reduction widens it again', () => {
    const sender = new TestSender();
    const first = sender.send(0, 10);
    sender.recovery.sendableAt(0, PACKET);
    sender.ack(100, [first + 3]);
    const { window } = sender.recovery;
    sender.ack(101, numbers(first + 1, 9));
    expect(sender.recovery.window).toBe(window);
  });

  test('does not grow while the sender has too little to say to fill it', () => {
    const sender = new TestSender();
    for (let now = 0; now < 10_000; now += 50) {
      const number = sender.send(now, 2);
      sender.recovery.applicationLimited(now);
      sender.ack(now + 40, [number, number + 1]);
    }
    expect(sender.recovery.window).toBe(10 * PACKET);
  });

  test('grows when nothing but pacing holds the sender back', () => {
    const sender = new TestSender();
    roundTrip(sender, 0, 100);
    const first = sender.send(1_000, 10);
    expect(sender.recovery.sendableAt(1_000, PACKET)).toBeGreaterThan(1_000);
    expect(sender.recovery.sendableAt(1_000, PACKET)).toBeLessThan(1_100);
    sender.ack(1_100, numbers(first, 10));
    expect(sender.recovery.window).toBe(30 * PACKET);
  });

  test('nor when nobody says so, but nothing is held back', () => {
    const sender = new TestSender();
    roundTrip(sender, 0, 100);
    expect(sender.recovery.window).toBe(20 * PACKET);
    for (let now = 1_000; now < 10_000; now += 200) {
      const number = sender.send(now, 2);
      sender.ack(now + 100, [number, number + 1]);
    }
    expect(sender.recovery.window).toBe(20 * PACKET);
  });

  test('nor in congestion avoidance: after a silence it goes on where it was, not where the clock is', () => {
    const sender = new TestSender();
    const lost = sender.send(0, 10);
    sender.ack(100, numbers(lost + 1, 9));
    for (let index = 1; index <= 10; index++) roundTrip(sender, index * 100, 100);
    const { window } = sender.recovery;
    sender.recovery.applicationLimited(1_100);
    roundTrip(sender, 120_000, 100);
    expect(sender.recovery.window).toBeGreaterThan(window);
    expect(sender.recovery.window).toBeLessThan(window + 1.1 * PACKET);
  });
});

describe('T4 [CONGEST-1] after persistent congestion', () => {
  test('slow start ends where the last reduction was, and there the curve begins flat', () => {
    const congestion = new Congestion();
    congestion.blocked(0);
    while (congestion.window < 100 * PACKET) congestion.acked(0, PACKET, 0, 500);
    congestion.lost(1_000, 900, new Rtt());
    congestion.collapse();
    expect(congestion.window).toBe(LEAST_WINDOW_BYTES);
    congestion.blocked(2_000);
    while (congestion.slowStart) congestion.acked(2_000, PACKET, 2_000, 500);
    expect(congestion.window).toBe(70 * PACKET);
    for (let now = 2_000; now <= 4_000; now += 500) {
      congestion.blocked(now);
      congestion.acked(now, congestion.window, now, 500);
    }
    // With K = 0 the curve is at 70 + 0.4 * 2^3, and Reno's packet a round trip more; towards the 100 of before it would be near 96.
    expect(congestion.window / PACKET).toBeCloseTo(70 + 5, 1);
  });
});

describe('T4 [CONGEST-2] when a packet may leave', () => {
  test('10 at once, then as pacing says: 2 windows a round trip in slow start', () => {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    for (let sent = 0; sent < 4; sent++) roundTrip(sender, 2_000 + 200 * sent, 100);
    const { recovery } = sender;
    const windowPackets = recovery.window / PACKET;
    let now = 5_000;
    let burst = 0;
    for (; recovery.sendableAt(now, PACKET) <= now; burst++) sender.send(now);
    expect(burst).toBe(10);
    for (let next = now; next < 5_040; next = recovery.sendableAt(now, PACKET)) {
      now = next;
      sender.send(now);
    }
    expect(recovery.bytesInFlight / PACKET).toBeCloseTo(10 + (40 / 100) * 2 * windowPackets, -1);
  });

  test('not at all while the window is full', () => {
    const sender = new TestSender();
    const first = sender.send(0, 9);
    expect(sender.recovery.sendableAt(0, PACKET)).toBe(0);
    expect(sender.recovery.sendableAt(0, PACKET + 1)).toBe(Number.POSITIVE_INFINITY);
    sender.send(0);
    expect(sender.recovery.sendableAt(0, 1)).toBe(Number.POSITIVE_INFINITY);
    sender.ack(100, [first]);
    expect(sender.recovery.sendableAt(100, PACKET)).toBe(100);
  });
});

describe('T4 [CONGEST-3] in flight', () => {
  test('are padding and what elicits, not acks and close; what is acknowledged, lost or discarded is no more', () => {
    const sender = new TestSender(0, 'handshake');
    sender.send(0, 1, { eliciting: false, inFlight: false, bytes: 60 });
    expect(sender.recovery.bytesInFlight).toBe(0);
    sender.send(0, 1, { eliciting: false, bytes: 700 });
    sender.send(0, 3, { bytes: 300 });
    expect(sender.recovery.bytesInFlight).toBe(1_600);
    sender.ack(100, [0, 4]);
    expect(sender.recovery.bytesInFlight).toBe(600);
    sender.recovery.discard('handshake');
    expect(sender.recovery.bytesInFlight).toBe(0);
    expect(sender.recovery.window).toBeLessThan(12_000);
  });
});

describe('T5 [URGENT-2] the estimate of loss', () => {
  test('moves 1/64 of the way with each packet that elicits and whose fate becomes known', () => {
    const sender = new TestSender();
    expect(sender.recovery.lossRate).toBe(0);
    sender.send(0, 4);
    sender.send(0, 2, { eliciting: false });
    sender.ack(100, [3, 4, 5]);
    // One acknowledged at 0, then three lost.
    const lost = 1 - (63 / 64) ** 3;
    expect(sender.recovery.lossRate).toBeCloseTo(lost, 12);
    const next = sender.send(200, 10);
    sender.ack(300, numbers(next, 10));
    expect(sender.recovery.lossRate).toBeCloseTo(lost * (63 / 64) ** 10, 12);
  });

  test('comes near what is lost, and back below 0.5 % on a clean path', () => {
    const sender = new TestSender();
    const estimates: number[] = [];
    for (let now = 0; now < 200_000; now += 100) {
      const first = sender.send(now, 20);
      sender.ack(now + 50, numbers(first + 2, 18));
      estimates.push(sender.recovery.lossRate);
    }
    const mean = estimates.slice(100).reduce((sum, rate) => sum + rate, 0) / (estimates.length - 100);
    expect(mean).toBeGreaterThan(0.08);
    expect(mean).toBeLessThan(0.12);
    const first = sender.send(300_000, 200);
    sender.ack(300_050, numbers(first, 200));
    expect(sender.recovery.lossRate).toBeLessThan(0.005);
  });

  test('a loss that was none is taken back', () => {
    const sender = new TestSender();
    sender.send(0, 4);
    sender.ack(100, [3]);
    sender.ack(101, [0, 1, 2]);
    expect(sender.recovery.lossRate).toBeLessThan(0.001);
    expect(sender.recovery.lossRate).toBeGreaterThanOrEqual(0);
  });
});

describe('T4 [CONGEST-4] a loss in congestion avoidance', () => {
  /** A window of 70 packets, and round trips of 100 ms at least and as given now. */
  function avoiding(roundTripMs: number) {
    const congestion = new Congestion();
    congestion.blocked(0);
    while (congestion.window < 100 * PACKET) congestion.acked(0, PACKET, 0, 100);
    congestion.lost(1_000, 900, new Rtt());
    const rtt = new Rtt();
    rtt.sample(0, 100, 0);
    for (let count = 0; count < 100; count++) rtt.sample(0, roundTripMs, 0);
    return { congestion, rtt };
  }

  test.each([
    { what: 'while the queue is empty is taken for noise', roundTripMs: 100, left: 0.85 },
    // 70 packets times 4 / 104 are 2.7 that wait, times 5 / 105 are 3.3.
    { what: 'while under 3 packets wait too', roundTripMs: 104, left: 0.85 },
    { what: 'while more wait is a crowd', roundTripMs: 105, left: 0.7 },
  ])('$what', ({ roundTripMs, left }) => {
    const { congestion, rtt } = avoiding(roundTripMs);
    congestion.lost(3_000, 2_900, rtt);
    expect(congestion.window / PACKET).toBeCloseTo(70 * left, 3);
  });

  test('after noise the window grows by a packet a round trip, after a crowd by half of one', () => {
    const [noise, crowd] = [100, 150].map((roundTripMs) => {
      const { congestion, rtt } = avoiding(roundTripMs);
      congestion.lost(3_000, 2_900, rtt);
      const before = congestion.window;
      congestion.blocked(3_001);
      congestion.acked(3_100, before, 3_001, 100);
      return (congestion.window - before) / PACKET;
    });
    expect(noise).toBeCloseTo(1, 1);
    expect(crowd).toBeLessThan(0.7);
  });
});
