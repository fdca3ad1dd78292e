import { describe, expect, test } from 'bun:test';
import { allFallsAndRises, allSequences, type Change, play } from './sequences.ts';

const TIMEOUT_MS = 300_000;

function playAll(sequences: Iterable<readonly Change[]>, gapsMs: readonly number[]): number {
  let count = 0;
  for (const changes of sequences) {
    for (const gapMs of gapsMs) {
      const wrong = play(changes, gapMs);
      if (wrong.length > 0) expect({ changes, gapMs, wrong }).toEqual({ changes, gapMs, wrong: [] });
      count += 1;
    }
  }
  return count;
}

describe('every order in which four ways to a server fail and recover (T17)', () => {
  test(
    '[PATH-2] [PATH-3] [PATH-5] [PATH-7] all fail in every order, refusing or silent, and come back in every order: 6912 histories end on the best path',
    () => {
      expect(playAll(allFallsAndRises(), [300, 3_000, 30_000])).toBe(4 * 24 * 24 * 3);
    },
    TIMEOUT_MS,
  );

  test(
    '[PATH-5] [PATH-6] [PATH-8] every 4 changes, at four speeds: 16384 histories end on the best path that works, or go on trying',
    () => {
      expect(playAll(allSequences(4), [100, 700, 2_500, 20_000])).toBe(8 ** 4 * 4);
    },
    TIMEOUT_MS,
  );

  test(
    '[PATH-5] [PATH-6] [PATH-8] every 5 changes: 32768 histories',
    () => {
      expect(playAll(allSequences(5), [1_500])).toBe(8 ** 5);
    },
    TIMEOUT_MS,
  );
});
