import { describe, expect, test } from 'bun:test';
import { HyStart } from './hystart.ts';

/** One round: all its packets left at `at`, and their acks come a round trip later. Returns whether slow start ended. */
function round(hystart: HyStart, at: number, roundTripsMs: readonly number[]): boolean {
  return roundTripsMs.map((ms) => hystart.sample(at + ms, at, ms)).some((ended) => ended);
}
const eight = (ms: number) => Array.from({ length: 8 }, () => ms);

describe('T4 [CONGEST-1] HyStart++ (RFC 9406)', () => {
  test.each([
    // max(4, min(16, least of the last round / 8)) more
    { before: 20, after: 23.9, leaves: false },
    { before: 20, after: 24, leaves: true },
    { before: 80, after: 89.9, leaves: false },
    { before: 80, after: 90, leaves: true },
    { before: 400, after: 415.9, leaves: false },
    { before: 400, after: 416, leaves: true },
  ])('a least round trip of $after after $before ms slows it down: $leaves', ({ before, after, leaves }) => {
    const hystart = new HyStart();
    round(hystart, 0, eight(before));
    round(hystart, 1_000, eight(after));
    expect(hystart.conservative).toBe(leaves);
    expect(hystart.growth).toBe(leaves ? 1 / 4 : 1);
  });

  test('fewer than 8 samples show nothing', () => {
    const hystart = new HyStart();
    round(hystart, 0, eight(20));
    round(hystart, 1_000, eight(60).slice(1));
    expect(hystart.conservative).toBe(false);
  });

  test('one short round trip among 8 shows that there is no queue', () => {
    const hystart = new HyStart();
    round(hystart, 0, eight(20));
    round(hystart, 1_000, [60, 60, 60, 21, 60, 60, 60, 60, 60]);
    expect(hystart.conservative).toBe(false);
  });

  test('slow start is over after 5 conservative rounds', () => {
    const hystart = new HyStart();
    const ended = [20, 40, 40, 40, 40, 40, 40].map((ms, index) => round(hystart, index * 1_000, eight(ms)));
    expect(ended).toEqual([false, false, false, false, false, false, true]);
  });

  test('a shorter round trip in a conservative round takes it back', () => {
    const hystart = new HyStart();
    for (const [index, ms] of [20, 40, 40].entries()) round(hystart, index * 1_000, eight(ms));
    expect(hystart.conservative).toBe(true);
    round(hystart, 3_000, eight(22));
    expect(hystart.conservative).toBe(false);
    expect(round(hystart, 4_000, eight(22))).toBe(false);
    const again = [40, 40, 40, 40, 40, 40].map((ms, index) =>
      round(hystart, 5_000 + index * 1_000, eight(ms)),
    );
    expect(again).toEqual([false, false, false, false, false, true]);
  });
});
