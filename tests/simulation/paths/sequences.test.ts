import { describe, expect, test } from 'bun:test';
import { allFallsAndRises, allSequences, playAll } from './sequences.ts';

const TIMEOUT_MS = 300_000;

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
});
