import { describe, expect, test } from 'bun:test';
import { ROUND_TRIPS_KEPT } from './policy.ts';
import { Watch } from './watch.ts';

const BEGIN_MS = 5_000;

/** What it says until then, and after how long. */
function follow(watch: Watch, from: number, forMs: number): string[] {
  const said: string[] = [];
  while (watch.deadline <= from + forMs) {
    const now = watch.deadline;
    const what = watch.advance(now);
    said.push(`${now - from}: ${what}`);
    if (what === 'ask') watch.sent(now);
  }
  return said;
}

describe('noticing silence (T17)', () => {
  test('[PATH-4] who is at it asks after 2 s, and knows 1 s and two round trips later', () => {
    const watch = new Watch(BEGIN_MS);
    watch.roundTrip(100);
    expect(follow(watch, BEGIN_MS, 60_000)).toEqual(['2000: ask', '2600: ask', '3200: silent']);
    expect(watch.isSilent).toBe(true);
    expect(watch.deadline).toBe(Number.POSITIVE_INFINITY);
  });

  test('[PATH-4] who is not at it for 30 s asks after 15 s', () => {
    const watch = new Watch(BEGIN_MS);
    watch.heard(BEGIN_MS + 30_000, false);
    expect(follow(watch, BEGIN_MS + 30_000, 60_000)).toEqual(['15000: ask', '15500: ask', '16000: silent']);
    const other = new Watch(BEGIN_MS);
    other.active(BEGIN_MS + 29_000);
    other.heard(BEGIN_MS + 58_000, false);
    expect(other.deadline).toBe(BEGIN_MS + 60_000);
  });

  test('[PATH-4] whatever waits for an answer counts from when it was sent, and halfway through the server is asked', () => {
    const watch = new Watch(BEGIN_MS);
    watch.roundTrip(50);
    watch.sent(BEGIN_MS + 300);
    watch.sent(BEGIN_MS + 600);
    expect(follow(watch, BEGIN_MS + 300, 5_000)).toEqual(['550: ask', '1100: silent']);
  });

  test('[PATH-4] anything that is heard begins it anew, for what still waits', () => {
    const watch = new Watch(BEGIN_MS);
    watch.sent(BEGIN_MS);
    expect(watch.heard(BEGIN_MS + 400, true)).toBe(false);
    expect(follow(watch, BEGIN_MS + 400, 5_000)).toEqual(['500: ask', '1000: silent']);
    expect(watch.heard(BEGIN_MS + 9_000, false)).toBe(true);
    expect(watch.isSilent).toBe(false);
    expect(watch.deadline).toBe(BEGIN_MS + 11_000);
  });

  test('[PATH-4] who slept asks at once, and the answer gets its whole time', () => {
    const watch = new Watch(BEGIN_MS);
    watch.sent(BEGIN_MS);
    const woken = BEGIN_MS + 600_000;
    expect(watch.woke(woken)).toBe('ask');
    expect(follow(watch, woken, 5_000)).toEqual(['1000: silent']);
  });

  test('[PATH-4] two round trips of a very slow path add 3 s at most', () => {
    const watch = new Watch(BEGIN_MS);
    watch.roundTrip(60_000);
    watch.sent(BEGIN_MS);
    expect(follow(watch, BEGIN_MS, 10_000)).toEqual(['2000: ask', '4000: silent']);
  });

  test('[PATH-4] an answer that took in a pause of the path makes nobody wait longer; a path that became slow does', () => {
    const watch = new Watch(BEGIN_MS);
    watch.roundTrip(50);
    watch.roundTrip(2_800);
    watch.sent(BEGIN_MS);
    expect(follow(watch, BEGIN_MS, 5_000)).toEqual(['550: ask', '1100: silent']);
    for (let answer = 1; answer < ROUND_TRIPS_KEPT; answer++) watch.roundTrip(400);
    watch.heard(BEGIN_MS, true);
    expect(follow(watch, BEGIN_MS, 5_000)).toEqual(['900: ask', '1800: silent']);
  });
});
