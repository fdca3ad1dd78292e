import { describe, expect, test } from 'bun:test';
import { DATAGRAM_MAX_BYTES } from '../constants.ts';
import { PROBE_TIMEOUT_MAX_MS } from '../tuning.ts';
import { numbers, numbersOf, TestSender } from './testing/sender.ts';

/** Of the connection's space, where 25 ms of delay may be in an ack. */
const ACK_DELAY_MS = 25;
const FIRST_TIMEOUT_MS = 333 + 4 * 166.5;

describe('T4 [LOSS-1] probe timeouts', () => {
  test('the first is 333 + 4 * 166.5 ms and the delay of acks after the packet; it sends two and takes nothing for lost', () => {
    const sender = new TestSender();
    sender.send(7);
    expect(sender.recovery.deadline()).toBe(7 + FIRST_TIMEOUT_MS + ACK_DELAY_MS);
    expect(sender.recovery.probeTimeoutMs()).toBe(FIRST_TIMEOUT_MS + ACK_DELAY_MS);
    const { lost, probes, space } = sender.recovery.expire(sender.recovery.deadline());
    expect({ lost, probes, space }).toEqual({ lost: [], probes: 2, space: 'connection' });
    expect(sender.recovery.bytesInFlight).toBe(DATAGRAM_MAX_BYTES);
  });

  test.each([
    // smoothed + 4 * variance = 3 * sample; with the delay of 25 ms. Doubled each time, to 3 s or once.
    { roundTripMs: 25, expected: [100, 200, 400, 800, 1_600, 3_000, 3_000] },
    { roundTripMs: 100, expected: [325, 650, 1_300, 2_600, 3_000, 3_000, 3_000] },
    { roundTripMs: 2_000, expected: [6_025, 6_025, 6_025, 6_025, 6_025, 6_025, 6_025] },
  ])('after $roundTripMs ms they come after $expected', ({ roundTripMs, expected }) => {
    const sender = new TestSender();
    sender.measure(10_000, roundTripMs);
    let now = 10_000;
    for (const [index, timeout] of expected.entries()) {
      sender.send(now, 2);
      expect(sender.recovery.deadline() - now).toBeCloseTo(timeout, 6);
      now = sender.recovery.deadline();
      expect(sender.recovery.expire(now).probes).toBe(2);
      expect(sender.recovery.probeCount).toBe(index + 1);
    }
    expect(expected.every((timeout) => timeout <= Math.max(PROBE_TIMEOUT_MAX_MS, 6_025))).toBe(true);
  });

  test('they come again though nothing was sent meanwhile, and are over with an ack', () => {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    const number = sender.send(2_000);
    expect(sender.recovery.expire(2_325).probes).toBe(2);
    expect(sender.recovery.deadline()).toBe(2_325 + 650);
    expect(sender.recovery.expire(2_975).probes).toBe(2);
    sender.ack(3_000, [number]);
    expect(sender.recovery.probeCount).toBe(0);
    expect(sender.recovery.deadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test('an ack does not put it off: it counts from the last packet that elicits', () => {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    const number = sender.send(2_000, 2);
    sender.ack(2_100, [number]);
    // The second round trip of 100 ms made the variance 37.5.
    expect(sender.recovery.deadline()).toBe(2_000 + 100 + 4 * 37.5 + ACK_DELAY_MS);
  });

  test('what does not elicit sets none', () => {
    const sender = new TestSender();
    sender.send(0, 3, { eliciting: false });
    expect(sender.recovery.deadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test('in the handshake there is no delay of acks in it, and silence alone asks again', () => {
    const sender = new TestSender(0, 'handshake');
    expect(sender.recovery.deadline()).toBe(FIRST_TIMEOUT_MS);
    expect(sender.recovery.expire(FIRST_TIMEOUT_MS)).toEqual({ lost: [], probes: 1, space: 'handshake' });
    sender.send(FIRST_TIMEOUT_MS);
    // Not doubled: it is beyond the 600 ms that backoff leads to in a handshake.
    expect(sender.recovery.deadline()).toBe(FIRST_TIMEOUT_MS + FIRST_TIMEOUT_MS);
    sender.ack(1_099, [0]);
    // 100 ms: 100 + 4 * 50 after the ack, since nothing is in flight.
    expect(sender.recovery.deadline()).toBeCloseTo(1_099 + 300, 6);
    sender.recovery.expire(1_399);
    expect(sender.recovery.deadline()).toBeCloseTo(1_399 + 600, 6);
    sender.recovery.expire(1_999);
    expect(sender.recovery.deadline()).toBeCloseTo(1_999 + 600, 6);
    sender.recovery.handshakeConfirmed = true;
    expect(sender.recovery.deadline()).toBe(Number.POSITIVE_INFINITY);
  });

  test('the connection probes once the handshake is confirmed or its keys are gone', () => {
    const sender = new TestSender(0, 'handshake');
    sender.space = 'connection';
    sender.send(100);
    expect(sender.recovery.expire(sender.recovery.deadline()).space).toBe('handshake');
    sender.recovery.discard('handshake');
    expect(sender.recovery.probeCount).toBe(0);
    expect(sender.recovery.expire(sender.recovery.deadline())).toMatchObject({
      probes: 2,
      space: 'connection',
    });
  });
});

describe('T4 [LOSS-1] persistent congestion', () => {
  /** Three times smoothed + 4 * variance + delay, when a second round trip of 100 ms has made the variance 3/4 * 50. */
  const DURATION_MS = 3 * (100 + 4 * 37.5 + 25);

  function blackout(lastsMs: number, ackedBetween: boolean) {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    const first = sender.send(2_000);
    const middle = sender.send(2_000 + lastsMs / 2);
    sender.send(2_000 + lastsMs);
    const probe = sender.send(2_000 + lastsMs + 200, 3);
    const acked = numbers(probe, 3);
    const outcome = sender.ack(2_000 + lastsMs + 300, ackedBetween ? [middle, ...acked] : acked);
    expect(numbersOf(outcome.lost)[0]).toBe(first);
    return sender.recovery;
  }

  test('two lost packets more than 3 probe timeouts apart and nothing heard between: the least window', () => {
    const recovery = blackout(DURATION_MS + 1, false);
    expect(recovery.window).toBe(2 * 1_200);
    expect(recovery.slowStart).toBe(true);
    expect(recovery.counters.persistentCongestions).toBe(1);
  });

  test('a shorter silence is ordinary loss', () => {
    expect(blackout(DURATION_MS - 1, false).window).toBe(0.7 * 12_000);
  });

  test('so is a longer one in which something was acknowledged', () => {
    expect(blackout(DURATION_MS + 1, true).window).toBe(0.7 * 12_000);
  });

  test('an ack of something before the silence does not hide it', () => {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    const before = sender.send(1_990);
    sender.send(2_000);
    sender.send(2_000 + DURATION_MS + 1);
    const probe = sender.send(3_200, 3);
    sender.ack(3_300, [before, ...numbers(probe, 3)]);
    expect(sender.recovery.counters.persistentCongestions).toBe(1);
  });

  test('an ack in the other space between them says that the path is not silent', () => {
    const sender = new TestSender(0, 'handshake');
    sender.measure(1_000, 100);
    sender.space = 'connection';
    sender.send(2_000);
    sender.space = 'handshake';
    sender.measure(2_900, 100);
    sender.space = 'connection';
    sender.send(3_200);
    const probe = sender.send(3_300, 3);
    expect(numbersOf(sender.ack(3_400, numbers(probe, 3)).lost)).toEqual([0, 1]);
    expect(sender.recovery.counters.persistentCongestions).toBe(0);
  });

  test('packets that do not elicit do not show it', () => {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    sender.send(2_000, 1, { eliciting: false });
    sender.send(4_000);
    const probe = sender.send(4_100, 3);
    expect(sender.ack(4_200, numbers(probe, 3)).lost).toHaveLength(2);
    expect(sender.recovery.counters.persistentCongestions).toBe(0);
  });

  test('the least round trip is then the newest, and what was under way opens the window again', () => {
    const sender = new TestSender();
    sender.measure(1_000, 100);
    sender.send(2_000);
    sender.send(5_000);
    const probe = sender.send(5_100, 4);
    sender.recovery.sendableAt(5_100, 12_000);
    sender.ack(5_250, numbers(probe, 3));
    expect(sender.recovery.counters.persistentCongestions).toBe(1);
    expect(sender.recovery.rtt.minMs).toBe(150);
    sender.ack(5_260, [probe + 3]);
    expect(sender.recovery.window).toBe(3 * 1_200);
  });

  test('before any round trip was measured there is none', () => {
    const sender = new TestSender();
    sender.send(0);
    sender.send(60_000);
    sender.send(60_000, 3);
    sender.ack(60_100, [2, 3, 4]);
    expect(sender.recovery.window).toBe(0.7 * 12_000);
  });
});
