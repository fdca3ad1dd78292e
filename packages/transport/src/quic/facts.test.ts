import { describe, expect, test } from 'bun:test';
import { LossMeter } from './facts.ts';

describe('the loss of a path', () => {
  test('[QUIC-11] T4: is that of lately: it comes and goes with what is lost', () => {
    const meter = new LossMeter();
    let sent = 0;
    let lost = 0;
    const after = (packets: number, rate: number) => {
      sent += packets;
      lost += packets * rate;
      return meter.update(sent, lost);
    };
    expect(meter.update(0, 0)).toBe(0);
    for (let round = 0; round < 100; round++) after(20, 0.25);
    expect(after(20, 0.25)).toBeCloseTo(0.25, 2);
    expect(meter.update(sent, lost)).toBeCloseTo(0.25, 2);
    expect(after(40, 0)).toBeLessThan(0.25);
    for (let round = 0; round < 100; round++) after(20, 0);
    expect(after(20, 0)).toBeLessThan(0.001);
  });

  test('[QUIC-11] T4: one packet of a few is no half', () => {
    const meter = new LossMeter();
    expect(meter.update(2, 1)).toBeLessThan(0.01);
    expect(meter.update(1_002, 1_001)).toBeLessThanOrEqual(1);
  });
});
