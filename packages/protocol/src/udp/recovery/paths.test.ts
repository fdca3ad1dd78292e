import { describe, expect, test } from 'bun:test';
import { numbers, numbersOf, TestSender } from './testing/sender.ts';

const PACKET = 1_200;

/** On path 0: a round trip of 40 ms, a window of 7 packets, and 3 packets in flight from number 13 on. */
function established(): TestSender {
  const sender = new TestSender();
  sender.send(0, 10);
  sender.ack(40, numbers(1, 9));
  sender.send(45, 3);
  expect(sender.recovery.window).toBe(7 * PACKET);
  expect(sender.recovery.bytesInFlight / PACKET).toBe(3);
  return sender;
}

const move = (sender: TestSender, now: number, path: number, keep = false) => {
  sender.path = path;
  sender.recovery.changePath(now, path, keep);
};

describe("T6 [ROAM-3] a path of one's own", () => {
  test('a new path starts with a fresh window and round trip, and nothing in flight', () => {
    const sender = established();
    move(sender, 50, 1);
    const { recovery } = sender;
    expect([recovery.window, recovery.bytesInFlight]).toEqual([12_000, 0]);
    expect([recovery.rtt.sampled, recovery.rtt.smoothedMs]).toEqual([false, 333]);
    expect(recovery.slowStart).toBe(true);
  });

  test('where only the port has changed all is kept', () => {
    const sender = established();
    move(sender, 50, 1, true);
    const { recovery } = sender;
    expect([recovery.window, recovery.bytesInFlight / PACKET, recovery.rtt.smoothedMs]).toEqual([
      8_400, 3, 40,
    ]);
    sender.ack(135, [12]);
    // 7/8 * 40 + 1/8 * 90: what left before is measured as well.
    expect(recovery.rtt.smoothedMs).toBe(46.25);
    expect(recovery.bytesInFlight / PACKET).toBe(2);
  });

  test('packets of the path before neither measure nor move the window of the new one; they are lost and acknowledged as ever', () => {
    const sender = established();
    move(sender, 50, 1);
    const { recovery } = sender;
    const first = sender.send(50, 4);
    const { acked, lost } = sender.ack(100, [12, first + 3]);
    expect(numbersOf(acked)).toEqual([12, first + 3]);
    expect(numbersOf(lost)).toEqual([10, 11, first]);
    expect(recovery.rtt.smoothedMs).toBe(50);
    expect(recovery.bytesInFlight / PACKET).toBe(2);
    expect(recovery.window).toBe(0.7 * 12_000);
  });

  test('their losses alone are no congestion of the new path, and say nothing of its loss', () => {
    const sender = established();
    move(sender, 50, 1);
    const { lossRate } = sender.recovery;
    const first = sender.send(50, 3);
    expect(numbersOf(sender.ack(100, numbers(first, 3)).lost)).toEqual([10, 11, 12]);
    expect(sender.recovery.window).toBe(12_000);
    expect(sender.recovery.lossRate).toBeLessThan(lossRate);
  });

  test('an ack of theirs alone measures nothing', () => {
    const sender = established();
    move(sender, 50, 1);
    sender.ack(100, [12]);
    expect(sender.recovery.rtt.sampled).toBe(false);
  });

  test('the path before is as it was when it is returned to, but for what happened to its packets', () => {
    const sender = established();
    move(sender, 50, 1);
    const first = sender.send(50, 2);
    sender.ack(90, [10]);
    move(sender, 900, 0);
    const { recovery } = sender;
    expect([recovery.window, recovery.bytesInFlight / PACKET, recovery.rtt.smoothedMs]).toEqual([
      8_400, 2, 40,
    ]);
    sender.ack(950, [first, first + 1]);
    expect(recovery.bytesInFlight / PACKET).toBeLessThanOrEqual(2);
    expect(recovery.rtt.smoothedMs).toBe(40);
  });

  test('losses on the path before that were told meanwhile do not shrink its window', () => {
    const sender = established();
    move(sender, 50, 1);
    const first = sender.send(50, 4);
    expect(numbersOf(sender.ack(100, [first + 3]).lost)).toEqual([10, 11, 12, first]);
    move(sender, 200, 0);
    expect([sender.recovery.window, sender.recovery.bytesInFlight / PACKET]).toEqual([8_400, 0]);
  });

  test('a loss that was none is taken back from the estimate if it had counted', () => {
    const sender = established();
    const { recovery } = sender;
    const before = recovery.lossRate;
    move(sender, 50, 1);
    sender.ack(60, [0]);
    expect(recovery.lossRate).toBeCloseTo(before - 1 / 64, 12);
    const first = sender.send(70, 3);
    expect(numbersOf(sender.ack(120, numbers(first, 3)).lost)).toEqual([10, 11, 12]);
    const after = recovery.lossRate;
    expect(numbersOf(sender.ack(130, [10, 11, 12]).late)).toEqual([10, 11, 12]);
    expect(recovery.lossRate).toBe(after);
  });

  test('one before that is not: it starts afresh, and its old packets do not count on it', () => {
    const sender = established();
    move(sender, 50, 1);
    move(sender, 60, 2);
    move(sender, 70, 0);
    const { recovery } = sender;
    expect([recovery.window, recovery.bytesInFlight / PACKET]).toEqual([12_000, 0]);
    sender.ack(80, [10, 11, 12]);
    expect(recovery.bytesInFlight).toBe(0);
  });

  test('what goes to another path than the one in use does not count on it', () => {
    const sender = established();
    sender.path = 5;
    const answer = sender.send(50);
    expect(sender.recovery.bytesInFlight / PACKET).toBe(3);
    sender.ack(60, [answer]);
    expect(sender.recovery.rtt.smoothedMs).toBe(40);
  });

  test('on a new path nobody waits as long as on the silent one', () => {
    const sender = established();
    for (let count = 0; count < 4; count++) sender.recovery.expire(sender.recovery.deadline());
    expect(sender.recovery.probeCount).toBe(4);
    move(sender, 9_000, 1);
    expect(sender.recovery.probeCount).toBe(0);
    expect(sender.recovery.deadline()).toBe(9_000 + 333 + 4 * 166.5 + 25);
  });
});
