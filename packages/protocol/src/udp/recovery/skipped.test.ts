import { describe, expect, test } from 'bun:test';
import type { Random } from '../../environment.ts';
import { seededRandom } from '../../testing/clock.ts';
import { CloseCode } from '../fault.ts';
import { NOT_IN_FLIGHT_KNOWN_PACKETS, SKIP_GAP_MAX_PACKETS } from '../tuning.ts';
import { Recovery } from './recovery.ts';
import { rangesOf } from './testing/sender.ts';

const violation = expect.objectContaining({ name: 'UdpFault', code: CloseCode.violation });

/** A sender, and the numbers that it used and left out. */
function sender(count: number, random: Random, eliciting = true) {
  const recovery = new Recovery(0, 0, random);
  recovery.discard('handshake');
  recovery.handshakeConfirmed = true;
  const used: number[] = [];
  for (let sent = 0; sent < count; sent++) {
    const announced = recovery.peekNumber('connection');
    const number = recovery.nextNumber('connection');
    expect(number).toBe(announced);
    const inFlight = eliciting;
    recovery.sent('connection', {
      number,
      sentAt: sent,
      bytes: 100,
      eliciting,
      inFlight,
      path: 0,
      carried: [],
    });
    used.push(number);
  }
  const left = Array.from({ length: (used.at(-1) ?? 0) + 1 }, (_, number) => number).filter(
    (number) => !used.includes(number),
  );
  return { recovery, used, left };
}

describe('numbers that are left out', () => {
  test('T6 [ACK-3]: one after at most 1,024, nobody can tell which', () => {
    const { used, left } = sender(20_000, seededRandom(1));
    const gaps = left.map((number, index) => number - (left[index - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(SKIP_GAP_MAX_PACKETS + 1);
    expect(new Set(gaps).size).toBeGreaterThan(left.length / 2);
    expect(used.length / left.length).toBeGreaterThan(SKIP_GAP_MAX_PACKETS / 4);
  });

  test('T6 [ACK-3]: an ack that names one of the newest is a violation; those that name none are not', () => {
    const { recovery, used, left } = sender(4_000, seededRandom(2));
    expect(left.length).toBeGreaterThan(2);
    const newest = left.at(-1) ?? 0;
    expect(() => recovery.acknowledged(5_000, 'connection', rangesOf([newest]), 0)).toThrow(violation);
    const all = [{ first: 0, last: used.at(-1) ?? 0 }];
    expect(() => recovery.acknowledged(5_000, 'connection', all, 0)).toThrow(violation);
    const honest = rangesOf(used.slice(-500));
    expect(recovery.acknowledged(5_000, 'connection', honest, 0).acked).toHaveLength(500);
  });

  test('T4 [ACK-3]: what is not in flight is forgotten all the same', () => {
    // A number is left out after each.
    const { recovery, used } = sender(
      3 * NOT_IN_FLIGHT_KNOWN_PACKETS,
      { bytes: (n) => new Uint8Array(n) },
      false,
    );
    const { acked } = recovery.acknowledged(5_000, 'connection', rangesOf(used.slice(-8)), 0);
    expect(acked.length).toBe(8);
    const older = rangesOf(used.slice(0, NOT_IN_FLIGHT_KNOWN_PACKETS));
    expect(recovery.acknowledged(5_000, 'connection', older, 0).acked).toEqual([]);
  });
});
