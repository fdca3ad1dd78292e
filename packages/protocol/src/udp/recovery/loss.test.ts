import { describe, expect, test } from 'bun:test';
import { DATAGRAM_MAX_BYTES } from '../constants.ts';
import { UdpFault } from '../fault.ts';
import { UNSETTLED_MAX_PACKETS } from '../tuning.ts';
import { numbers, numbersOf, TestSender } from './testing/sender.ts';

describe('T4 [LOSS-1] what is lost', () => {
  test('a packet 3 below an acknowledged one is lost, those nearer are not', () => {
    const sender = new TestSender();
    sender.send(0, 6);
    const { acked, lost } = sender.ack(100, [4]);
    expect(numbersOf(acked)).toEqual([4]);
    expect(numbersOf(lost)).toEqual([0, 1]);
    expect(numbersOf(sender.ack(101, [5]).lost)).toEqual([2]);
  });

  test('below an acknowledged one, a packet is lost 9/8 of a round trip after it left', () => {
    const sender = new TestSender();
    sender.send(0, 1);
    sender.send(10, 1);
    expect(numbersOf(sender.ack(110, [1]).lost)).toEqual([]);
    // A round trip of 100 ms, measured just now.
    expect(sender.recovery.deadline()).toBe(112.5);
    expect(sender.recovery.expire(112.4)).toMatchObject({ lost: [], probes: 0 });
    const { lost, probes, space } = sender.recovery.expire(112.5);
    expect([numbersOf(lost), probes, space]).toEqual([[0], 0, 'connection']);
    expect(sender.recovery.deadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test('the greater of the latest and the smoothed round trip counts', () => {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    sender.send(2_000, 2);
    sender.ack(2_040, [2]);
    // smoothed = 7/8 * 100 + 1/8 * 40 = 92.5
    expect(sender.recovery.deadline()).toBeCloseTo(2_000 + (9 / 8) * 92.5, 9);
  });

  test('a round trip shorter than timers can tell makes 1 ms', () => {
    const sender = new TestSender();
    sender.send(0, 2);
    sender.ack(0.25, [1]);
    expect(sender.recovery.deadline()).toBe(1);
  });

  test('what has no later packet acknowledged is never lost by time alone', () => {
    const sender = new TestSender();
    sender.send(0, 3);
    sender.ack(100, [0]);
    for (let now = 100; now < 60_000; now = sender.recovery.deadline()) {
      expect(sender.recovery.expire(now).lost).toEqual([]);
    }
  });

  test('an ack of a packet never sent is a violation, and changes nothing', () => {
    const sender = new TestSender();
    sender.send(0, 3);
    for (const bad of [[3], [1, 3], [0, 2 ** 53 - 1]]) {
      expect(() => sender.ack(10, bad)).toThrow(UdpFault);
    }
    expect(sender.recovery.bytesInFlight).toBe(3 * DATAGRAM_MAX_BYTES);
    expect(sender.recovery.largestAcked('connection')).toBe(-1);
  });

  test('acks come again, older and in any order: nothing happens twice', () => {
    const sender = new TestSender();
    sender.send(0, 8);
    expect(numbersOf(sender.ack(50, [1, 2, 6]).acked)).toEqual([1, 2, 6]);
    const before = { ...sender.recovery.counters };
    for (const again of [[1, 2, 6], [2], [1, 6]]) {
      expect(sender.ack(60, again)).toEqual({ acked: [], lost: [], late: [] });
    }
    expect(sender.recovery.counters).toEqual(before);
  });

  test('what is not in flight is acknowledged, but never lost and never a reason for a smaller window', () => {
    const sender = new TestSender();
    const alone = { eliciting: false, inFlight: false, bytes: 50 };
    sender.send(0, 5, alone);
    sender.send(0, 1);
    const { acked, lost } = sender.ack(100, [0, 5]);
    expect([numbersOf(acked), numbersOf(lost)]).toEqual([[0, 5], []]);
    expect(sender.recovery.window).toBe(12_000);
    expect(sender.recovery.deadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test('a peer that never acknowledges an old packet makes nobody keep more than 8,192', () => {
    const sender = new TestSender();
    sender.send(0, 1);
    for (let count = 0; count < 2 * UNSETTLED_MAX_PACKETS; count++) {
      sender.send(1, 1, { eliciting: false, inFlight: false, bytes: 50 });
    }
    expect(sender.recovery.deadline()).toBeLessThan(1);
    expect(numbersOf(sender.recovery.expire(1).lost)).toEqual([0]);
    sender.send(2, 2 * UNSETTLED_MAX_PACKETS);
    expect(sender.recovery.expire(2).lost).toHaveLength(UNSETTLED_MAX_PACKETS);
    expect(sender.recovery.bytesInFlight).toBe(UNSETTLED_MAX_PACKETS * DATAGRAM_MAX_BYTES);
  });

  test('packets not in flight are remembered for 64 numbers, however many follow', () => {
    const sender = new TestSender();
    sender.send(0, 1);
    sender.send(1, 500, { eliciting: false, inFlight: false, bytes: 50 });
    expect(numbersOf(sender.ack(100, numbers(0, 501)).acked)).toEqual([0, ...numbers(437, 64)]);
  });

  test('the spaces do not touch each other', () => {
    const sender = new TestSender(0, 'handshake');
    sender.send(0, 4);
    sender.space = 'connection';
    sender.send(0, 4);
    expect(numbersOf(sender.ack(100, [3]).lost)).toEqual([0]);
    sender.space = 'handshake';
    expect(sender.recovery.largestAcked('handshake')).toBe(-1);
    expect(numbersOf(sender.ack(100, [0, 1, 2, 3]).acked)).toEqual([0, 1, 2, 3]);
  });
});

describe('T4 [LOSS-1] round trips are measured', () => {
  test('with the newest packet, when something that elicits is acknowledged for the first time', () => {
    const sender = new TestSender();
    const { rtt } = sender.recovery;
    sender.send(0, 1);
    sender.send(0, 1, { eliciting: false, inFlight: false });
    sender.ack(70, [1]);
    expect(rtt.sampled).toBe(false);
    sender.ack(80, [0, 1]);
    expect(rtt.sampled).toBe(false);
    sender.send(100, 1);
    sender.send(110, 1, { eliciting: false, inFlight: false });
    sender.ack(150, [2, 3]);
    expect(rtt.latestMs).toBe(40);
  });

  test('less the delay that the peer tells, up to the greatest it had promised', () => {
    const sender = new TestSender();
    sender.recovery.peerAckDelayMaxMs = 20;
    sender.measure(1_000, 100);
    const number = sender.send(2_000);
    sender.ack(2_180, [number], 50);
    // adjusted = 180 - 20; smoothed = 7/8 * 100 + 1/8 * 160
    expect(sender.recovery.rtt.smoothedMs).toBe(107.5);
  });

  test('less all of it until the handshake is confirmed: the peer may have had to wait for its keys', () => {
    const sender = new TestSender(0, 'handshake');
    sender.space = 'connection';
    sender.measure(1_000, 100);
    const number = sender.send(2_000);
    sender.ack(2_180, [number], 72);
    expect(sender.recovery.rtt.smoothedMs).toBe((7 * 100 + 108) / 8);
  });

  test('without any delay in the handshake, where acks leave at once', () => {
    const sender = new TestSender(0, 'handshake');
    sender.measure(1_000, 100);
    const number = sender.send(2_000);
    sender.ack(2_180, [number], 50);
    expect(sender.recovery.rtt.smoothedMs).toBe(110);
  });
});
