import { expect, test } from 'bun:test';
import { playSeeds } from './seeds.ts';
import { simulate } from './simulate.ts';

const FIRST_SEEDS = 300;
const FIRST_SEED = 1_000_001;
const SEEDS = 20_000;
const TIMEOUT_MS = 90 * 60_000;

test(
  `[SEND-1] [SYNC-1] [SESSION-8] [SESSION-9] [PATH-6] [PATH-7] the first ${FIRST_SEEDS} seeds (M6, M7, T12, T13, T17)`,
  () => playSeeds(FIRST_SEEDS),
  TIMEOUT_MS,
);

test(
  `[SEND-1] [SYNC-1] [PATH-6] ${SEEDS} more seeds (M6, M7, T12, T13, T17)`,
  async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      const { problems } = await simulate(seed);
      expect({ seed, problems }).toEqual({ seed, problems: [] });
    }
  },
  TIMEOUT_MS,
);
