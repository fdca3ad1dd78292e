import { expect, test } from 'bun:test';
import { simulateFiles } from './simulate.ts';

const SEEDS = 30;
const TIMEOUT_MS = 300_000;

test(
  `F1 F3 F4: ${SEEDS} seeds: files arrive whatever breaks, once and whole, and nothing is kept for nobody`,
  async () => {
    let files = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const report = await simulateFiles(seed);
      expect({ seed, problems: report.problems }).toEqual({ seed, problems: [] });
      files += report.files;
    }
    expect(files).toBeGreaterThan(SEEDS);
  },
  TIMEOUT_MS,
);
