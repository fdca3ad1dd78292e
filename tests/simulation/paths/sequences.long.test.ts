import { expect, test } from 'bun:test';
import { allSequences, playAll } from './sequences.ts';

const TIMEOUT_MS = 60 * 60_000;

test(
  '[PATH-5] [PATH-6] [PATH-8] every 5 changes: 32768 histories (T17)',
  () => {
    expect(playAll(allSequences(5), [1_500])).toBe(8 ** 5);
  },
  TIMEOUT_MS,
);

test(
  '[PATH-2] [PATH-5] [PATH-7] [PATH-8] every 6 changes of four ways to a server, at four speeds: 1048576 histories (T17)',
  () => {
    expect(playAll(allSequences(6), [100, 1_200, 8_000, 60_000])).toBe(8 ** 6 * 4);
  },
  TIMEOUT_MS,
);
