import { expect, test } from 'bun:test';
import { playSeeds } from './seeds.ts';
import { simulateFiles } from './simulate.ts';

const FIRST_SEEDS = 30;
const FIRST = 10_001;
const SEEDS = 2_000;
const TIMEOUT_MS = 60 * 60_000;

test(`F1 F3 F4: the first ${FIRST_SEEDS} seeds`, () => playSeeds(FIRST_SEEDS), TIMEOUT_MS);

test(
  `F1 F3 F4: ${SEEDS} further seeds`,
  async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { problems } = await simulateFiles(seed);
      expect({ seed, problems }).toEqual({ seed, problems: [] });
    }
  },
  TIMEOUT_MS,
);
