import { expect, test } from 'bun:test';
import { playSeeds } from './seeds.ts';
import { simulateUdp } from './simulate.ts';

const FIRST_SEEDS = 1_000;
const FIRST_SEED = 1_000_001;
const SEEDS = 50_000;
const TIMEOUT_MS = 90 * 60_000;

test(
  `[CREDIT-2] [ROAM-6] [END-3] [ADMIT-4] the first ${FIRST_SEEDS} seeds of UDP under virtual time (T4, T6)`,
  () => playSeeds(FIRST_SEEDS),
  TIMEOUT_MS,
);

test(
  `[CREDIT-2] [ROAM-6] [END-3] ${SEEDS} more seeds of UDP under virtual time (T4, T6)`,
  () => {
    let untold = 0;
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      const { problems, told } = simulateUdp(seed);
      expect({ seed, problems }).toEqual({ seed, problems: [] });
      untold += told ? 0 : 1;
    }
    expect(untold).toBeLessThanOrEqual(SEEDS / 500);
  },
  TIMEOUT_MS,
);
