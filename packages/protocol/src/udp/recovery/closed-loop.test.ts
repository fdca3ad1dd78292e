import { describe, expect, test } from 'bun:test';
import { Bottleneck, type BottleneckOptions } from './testing/bottleneck.ts';

const RATE = 20_000_000;
const ROUND_TRIP_MS = 30;
/** One bandwidth-delay product. */
const QUEUE_BYTES = (RATE / 8_000) * ROUND_TRIP_MS;
const PATH = { bitsPerSecond: RATE, roundTripMs: ROUND_TRIP_MS, queueBytes: QUEUE_BYTES };

/** Bits per second of each flow between two times. */
function rates(options: BottleneckOptions, fromMs: number, untilMs: number) {
  const net = new Bottleneck(options);
  net.run(fromMs);
  const before = net.flows.map((flow) => flow.deliveredBytes);
  net.run(untilMs);
  const bits = net.flows.map((flow, index) => (flow.deliveredBytes - (before[index] ?? 0)) * 8);
  return { net, rates: bits.map((sum) => (sum * 1_000) / (untilMs - fromMs)) };
}

describe('T4 [CONGEST-1] senders and a queue, under virtual time', () => {
  test('one sender fills a path of 20 Mbit/s and 30 ms, slow start and all', () => {
    const { net, rates: filled } = rates({ ...PATH, startsAt: [0] }, 0, 10_000);
    expect((filled[0] ?? 0) / RATE).toBeGreaterThan(0.85);
    expect(net.queuedMax).toBeLessThanOrEqual(QUEUE_BYTES);
    expect(net.flows[0]?.recovery.counters.persistentCongestions).toBe(0);
    const settled = rates({ ...PATH, startsAt: [0] }, 2_000, 10_000);
    expect((settled.rates[0] ?? 0) / RATE).toBeGreaterThan(0.95);
  });

  test('[CONGEST-2] also with a short queue, and with timers of 1 ms on a path of 300 Mbit/s', () => {
    const short = rates({ ...PATH, queueBytes: 0.3 * QUEUE_BYTES, startsAt: [0] }, 2_000, 10_000);
    expect((short.rates[0] ?? 0) / RATE).toBeGreaterThan(0.85);
    const fast = { bitsPerSecond: 3e8, roundTripMs: 10, queueBytes: 375_000, startsAt: [0], timerMs: 1 };
    expect((rates(fast, 500, 1_500).rates[0] ?? 0) / 3e8).toBeGreaterThan(0.9);
  });

  test('[CONGEST-4] at 2 % random loss it keeps more than sqrt(3 / 2p) packets a round trip, which Reno and CUBIC would', () => {
    const { rates: lossy } = rates({ ...PATH, loss: 0.02, startsAt: [0] }, 1_000, 61_000);
    const reno = (Math.sqrt(1.5 / 0.02) * 1_200 * 8_000) / ROUND_TRIP_MS;
    expect((lossy[0] ?? 0) / reno).toBeGreaterThan(1.6);
    expect((lossy[0] ?? 0) / reno).toBeLessThan(2.5);
  });

  test.each([
    { what: 'at once', startsAt: [0, 0], fromMs: 2_000 },
    { what: 'one 5 s after the other', startsAt: [0, 5_000], fromMs: 12_000 },
  ])('two senders that start $what share the path between 30 and 70 %', ({ startsAt, fromMs }) => {
    const { rates: shares } = rates({ ...PATH, startsAt }, fromMs, fromMs + 20_000);
    for (const share of shares) {
      expect(share / RATE).toBeGreaterThan(0.3);
      expect(share / RATE).toBeLessThan(0.7);
    }
    expect(((shares[0] ?? 0) + (shares[1] ?? 0)) / RATE).toBeGreaterThan(0.9);
  });

  test('[LOSS-3] nothing is taken for lost that only waited in the queue', () => {
    const { net } = rates({ ...PATH, startsAt: [0, 100] }, 0, 10_000);
    for (const { recovery } of net.flows) expect(recovery.counters.packetsFalselyLost).toBe(0);
    const lost = net.flows.reduce((sum, flow) => sum + flow.recovery.counters.packetsLost, 0);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThanOrEqual(net.dropped);
  });
});
