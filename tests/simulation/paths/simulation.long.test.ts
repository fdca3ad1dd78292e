import { expect, test } from 'bun:test';
import { playSeeds } from './seeds.ts';
import { simulatePaths } from './simulate.ts';

const FIRST_SEEDS = 5_000;
const FIRST_SEED = 1_000_001;
const SEEDS = 300_000;
const TIMEOUT_MS = 90 * 60_000;

test(
  `[PATH-1] [PATH-3] [PATH-6] [PATH-7] [PATH-8] [PATH-10] the first ${FIRST_SEEDS} seeds of a path manager in a model world (T17)`,
  () => playSeeds(FIRST_SEEDS),
  TIMEOUT_MS,
);

test(
  `[PATH-6] [PATH-7] [PATH-8] [PATH-10] ${SEEDS} more seeds of a path manager in a model world (T17)`,
  () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      const { problems } = simulatePaths(seed);
      if (problems.length > 0) expect({ seed, problems }).toEqual({ seed, problems: [] });
    }
  },
  TIMEOUT_MS,
);
