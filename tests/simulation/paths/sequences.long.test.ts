import { expect, test } from 'bun:test';
import { allSequences, play } from './sequences.ts';

const TIMEOUT_MS = 60 * 60_000;
const GAPS_MS = [100, 1_200, 8_000, 60_000] as const;

test(
  '[PATH-2] [PATH-5] [PATH-7] [PATH-8] every 6 changes of four ways to a server, at four speeds: 1048576 histories (T17)',
  () => {
    for (const changes of allSequences(6)) {
      for (const gapMs of GAPS_MS) {
        const wrong = play(changes, gapMs);
        if (wrong.length > 0) expect({ changes, gapMs, wrong }).toEqual({ changes, gapMs, wrong: [] });
      }
    }
  },
  TIMEOUT_MS,
);
