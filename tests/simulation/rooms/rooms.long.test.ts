import { expect, test } from 'bun:test';
import { playSeeds } from './seeds.ts';
import { simulateRooms } from './simulate.ts';

const FIRST_SEEDS = 60;
const FIRST = 10_001;
const SEEDS = 5_000;
const TIMEOUT_MS = 60 * 60_000;

test(
  `[CUT-1] [VIEW-1] [UNREAD-1] [KEPT-2] M9 M10: the first ${FIRST_SEEDS} seeds`,
  () => playSeeds(FIRST_SEEDS),
  TIMEOUT_MS,
);

test(
  `[CUT-1] [VIEW-1] [UNREAD-1] [KEPT-2] M9 M10: ${SEEDS} further seeds`,
  async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { problems } = await simulateRooms(seed);
      expect({ seed, problems }).toEqual({ seed, problems: [] });
    }
  },
  TIMEOUT_MS,
);
