/** The seeds from 1 on, as the quick tests play some of them and the long ones more. */
import { expect } from 'bun:test';
import { simulatePaths } from './simulate.ts';

export function playSeeds(seeds: number): void {
  const sums = { moves: 0, dials: 0, offline: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const { problems, moves, dials, offline } = simulatePaths(seed);
    expect({ seed, problems }).toEqual({ seed, problems: [] });
    sums.moves += moves;
    sums.dials += dials;
    sums.offline += offline;
  }
  // Hostile enough to show something.
  expect(sums.moves).toBeGreaterThan(seeds * 2);
  expect(sums.dials).toBeGreaterThan(seeds * 30);
  expect(sums.offline).toBeGreaterThan(seeds * 5);
}
