import { describe, expect, test } from 'bun:test';
import { LATE_PACKETS_MAX } from '../tuning.ts';
import { Congestion } from './congestion.ts';
import { Rtt } from './rtt.ts';
import { numbers, numbersOf, TestSender } from './testing/sender.ts';

const PACKET = 1_200;

describe('T4 [LOSS-3] losses that were none', () => {
  /** Two packets taken for lost at 2,100 while 8 others are acknowledged. */
  function falseAlarm() {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    const first = sender.send(2_000, 10);
    expect(numbersOf(sender.ack(2_100, numbers(first + 2, 8)).lost)).toEqual([first, first + 1]);
    expect(sender.recovery.window).toBe(0.7 * 12_000);
    return { sender, first, recovery: sender.recovery };
  }

  test('when all arrive after all, window and slow start are as before', () => {
    const { sender, first, recovery } = falseAlarm();
    const { acked, late } = sender.ack(2_110, numbers(first, 10));
    expect([numbersOf(acked), numbersOf(late)]).toEqual([[], [first, first + 1]]);
    expect(recovery.window).toBe(12_000);
    expect(recovery.slowStart).toBe(true);
    expect(recovery.counters.packetsFalselyLost).toBe(2);
    expect(sender.ack(2_111, numbers(first, 10)).late).toEqual([]);
  });

  test('in congestion avoidance, it grows on as if nothing had happened', () => {
    const [alarmed, calm] = [true, false].map((alarm) => {
      const congestion = new Congestion();
      congestion.blocked(0);
      while (congestion.window < 100 * PACKET) congestion.acked(0, PACKET, 0, 500);
      congestion.lost(1_000, 900, new Rtt());
      for (let now = 1_000; now <= 6_000; now += 500) {
        congestion.blocked(now);
        congestion.acked(now, congestion.window, now, 500);
        if (alarm && now === 3_000) congestion.falselyLost(congestion.lost(now, now, new Rtt()));
      }
      return congestion.window / PACKET;
    });
    expect(calm).toBeGreaterThan(95);
    expect(alarmed).toBe(calm ?? 0);
  });

  test('a window that has grown beyond what it was stays', () => {
    const congestion = new Congestion();
    const reduction = congestion.lost(0, 0, new Rtt());
    for (let now = 1_000; congestion.window < 15 * PACKET; now += 100) {
      congestion.blocked(now);
      congestion.acked(now, PACKET, now, 100);
    }
    const { window } = congestion;
    congestion.falselyLost(reduction);
    expect(congestion.window).toBe(window);
  });

  test('one that stays lost is enough for the window to stay', () => {
    const { sender, first, recovery } = falseAlarm();
    expect(numbersOf(sender.ack(2_110, [first, first + 2]).late)).toEqual([first]);
    expect(recovery.window).toBe(0.7 * 12_000);
  });

  test('a further loss of the same time counts as a cause as well', () => {
    const { sender, first, recovery } = falseAlarm();
    const next = sender.send(2_100, 4);
    sender.ack(2_205, [next + 3]);
    sender.ack(2_210, [first, first + 1]);
    expect(recovery.window).toBe(0.7 * 12_000);
    sender.ack(2_215, [next]);
    expect(recovery.window).toBe(12_000);
  });

  test('a reduction before the last one stays', () => {
    const { sender, first, recovery } = falseAlarm();
    const next = sender.send(2_200, 4);
    sender.ack(2_300, [next + 3]);
    expect(recovery.window).toBeCloseTo(0.7 * 0.85 * 12_000, 6);
    sender.ack(2_301, [first, first + 1]);
    expect(recovery.window).toBeCloseTo(0.7 * 0.85 * 12_000, 6);
    sender.ack(2_302, [next]);
    expect(recovery.window).toBeCloseTo(0.7 * 12_000, 6);
  });

  test('what is lost in earnest after that is a reduction of its own', () => {
    const { sender, first, recovery } = falseAlarm();
    const next = sender.send(2_100, 4);
    sender.ack(2_110, [first, first + 1]);
    expect(recovery.window).toBe(12_000);
    sender.ack(2_210, [next + 3]);
    expect(recovery.window).toBe(0.7 * 12_000);
  });

  test('a silence that was only a delay: the collapse is taken back as well', () => {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    const first = sender.send(2_000);
    sender.send(3_500);
    const probe = sender.send(3_600, 3);
    sender.ack(3_700, numbers(probe, 3));
    expect(sender.recovery.window).toBe(2 * 1_200);
    sender.ack(3_710, [first, first + 1]);
    expect(sender.recovery.window).toBe(12_000);
  });

  test('it is known for three probe timeouts, and of 256 packets', () => {
    const { sender, first, recovery } = falseAlarm();
    // 100 ms twice: variance 50, then 37.5.
    const knownMs = 3 * (100 + 4 * 37.5 + 25);
    sender.ack(2_100 + knownMs, [first + 2]);
    expect(sender.ack(2_101 + knownMs, [first, first + 1]).late).toEqual([]);
    expect(recovery.window).toBe(0.7 * 12_000);
    const many = sender.send(9_000, LATE_PACKETS_MAX + 13);
    sender.ack(9_100, [many + LATE_PACKETS_MAX + 12]);
    const { late } = sender.ack(9_101, numbers(many, LATE_PACKETS_MAX + 13));
    expect(late).toHaveLength(LATE_PACKETS_MAX);
  });
});
