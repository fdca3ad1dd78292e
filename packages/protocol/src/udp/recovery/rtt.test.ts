import { describe, expect, test } from 'bun:test';
import { Rtt } from './rtt.ts';

describe('T4 [LOSS-1] round trips (RFC 9002 section 5)', () => {
  test('before a sample, 333 ms and half of that', () => {
    const rtt = new Rtt();
    expect([rtt.sampled, rtt.latestMs, rtt.minMs]).toEqual([false, 0, 0]);
    expect([rtt.smoothedMs, rtt.varianceMs]).toEqual([333, 166.5]);
  });

  // smoothed = 7/8 smoothed + 1/8 adjusted; variance = 3/4 variance + 1/4 |smoothed before - adjusted|;
  // adjusted = latest - delay, unless that were below the least.
  test.each([
    {
      what: 'the first is taken as it is, half of it as variance',
      samples: [[100, 20]],
      expected: [100, 100, 50],
    },
    {
      what: '7/8 * 100 + 1/8 * 140, 3/4 * 50 + 1/4 * |100 - 140|',
      samples: [
        [100, 0],
        [140, 0],
      ],
      expected: [100, 105, 47.5],
    },
    {
      what: 'a delay of the ack is taken off: adjusted 140 - 25 = 115',
      samples: [
        [100, 0],
        [140, 25],
      ],
      expected: [100, 101.875, 41.25],
    },
    {
      what: 'but not when 110 - 25 were below the least, 100',
      samples: [
        [100, 0],
        [110, 25],
      ],
      expected: [100, 101.25, 40],
    },
    {
      what: 'the least is the least, whatever delay is told: 7/8 * 100 + 1/8 * 60',
      samples: [
        [100, 0],
        [60, 50],
      ],
      expected: [60, 95, 47.5],
    },
  ])('$what', ({ samples, expected }) => {
    const rtt = new Rtt();
    for (const [latest, delay] of samples) rtt.sample(0, latest ?? 0, delay ?? 0);
    expect([rtt.minMs, rtt.smoothedMs, rtt.varianceMs]).toEqual([...expected]);
    expect(rtt.latestMs).toBe(samples.at(-1)?.[0] ?? 0);
  });

  test('the probe timeout is smoothed + max(4 * variance, 1 ms)', () => {
    const rtt = new Rtt();
    expect(rtt.probeTimeoutMs).toBe(333 + 4 * 166.5);
    rtt.sample(0, 80, 0);
    expect(rtt.probeTimeoutMs).toBe(80 + 4 * 40);
    for (let round = 0; round < 100; round++) rtt.sample(0, 80, 0);
    expect(rtt.probeTimeoutMs).toBeCloseTo(81, 6);
  });

  test('the least is found anew after persistent congestion', () => {
    const rtt = new Rtt();
    rtt.sample(0, 20, 0);
    rtt.sample(0, 90, 0);
    rtt.forgetMin();
    expect(rtt.minMs).toBe(90);
  });
});
