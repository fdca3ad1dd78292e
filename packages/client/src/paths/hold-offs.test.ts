import { describe, expect, test } from 'bun:test';
import { HoldOffs } from './hold-offs.ts';
import { ByHand } from './testing/by-hand.ts';

/** UDP answers whoever asks, and is gone as soon as it has the session. Returns when it was moved up to, for so long. */
function treacherous(client: ByHand, forMs: number): number[] {
  const begin = client.now;
  const moves: number[] = [];
  while (client.now < begin + forMs) {
    const words = client.pass(Math.max(0, client.deadlineMs));
    if (!words.some((word) => word.endsWith('dial udp'))) continue;
    client.moveTo('udp');
    if (client.used !== 'udp') continue;
    moves.push(client.now - begin);
    client.ended();
    client.pass(Math.max(0, client.deadlineMs));
    client.failed('udp');
    client.moveTo('tls');
  }
  return moves;
}

describe('transports that are held off (T17)', () => {
  test('[PATH-8] 15 s, twice as long after each further time, 5 min at most', () => {
    const holds = new HoldOffs();
    const waits: number[] = [];
    for (let now = 0; waits.length < 6; ) {
      holds.movedUp('udp', now);
      holds.left('udp', now);
      waits.push(holds.heldUntil('udp', now) - now);
      now += 1_000;
    }
    expect(waits).toEqual([15_000, 30_000, 60_000, 120_000, 240_000, 300_000]);
  });

  test('[PATH-8] a time is forgotten after 10 min, and all with the network', () => {
    const holds = new HoldOffs();
    holds.movedUp('udp', 0);
    holds.movedUp('udp', 100_000);
    holds.left('udp', 600_001);
    expect(holds.heldUntil('udp', 600_001)).toBe(615_001);
    holds.forget();
    expect(holds.heldUntil('udp', 600_002)).toBe(0);
    holds.left('udp', 600_003);
    expect(holds.heldUntil('udp', 600_003)).toBe(0);
  });

  test('[PATH-8] what was not moved up to is not held off when it fails', () => {
    const client = new ByHand(['udp', 'tls']);
    client.startOn('udp');
    client.silent();
    client.moveTo('tls');
    client.failed('udp');
    expect(client.pass(2_000).map((word) => word.replace(/.*: /, ''))).toContain('dial udp');
  });

  test('[PATH-8] a transport that fails whenever it is moved up to is moved up to 6 times in 10 min at most', () => {
    const client = new ByHand(['udp', 'tls']);
    client.startOn('tls');
    const moves = treacherous(client, 4 * 3_600_000);
    for (const [index, at] of moves.entries())
      expect(at - (moves[index - 6] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThan(600_000);
    expect(moves.length).toBeGreaterThan(4 * 6);
  });

  test('[PATH-6] [PATH-8] a Resume in vain counts, for it disturbs as much', () => {
    const client = new ByHand(['udp', 'tls']);
    client.startOn('tls');
    client.pass(2_000);
    client.opened('udp');
    client.rejected('udp');
    expect(client.pass(14_999)).toEqual([]);
    expect(client.pass(1)).toEqual(['1: dial udp']);
  });

  test('[PATH-8] what is held off is used when nothing else is left', () => {
    const client = new ByHand(['udp', 'tls']);
    client.startOn('tls');
    client.pass(2_000);
    client.moveTo('udp');
    client.silent();
    client.moveTo('tls');
    client.silent();
    client.failed('tls');
    expect(client.opened('udp')).toEqual(['adopt udp']);
  });
});
