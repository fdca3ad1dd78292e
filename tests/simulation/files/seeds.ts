/** The seeds from 1 on, as the quick tests play some of them and the long ones more. */
import { expect } from 'bun:test';
import { simulateFiles } from './simulate.ts';

export async function playSeeds(seeds: number): Promise<void> {
  let files = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const report = await simulateFiles(seed);
    expect({ seed, problems: report.problems }).toEqual({ seed, problems: [] });
    files += report.files;
  }
  expect(files).toBeGreaterThan(seeds);
}
