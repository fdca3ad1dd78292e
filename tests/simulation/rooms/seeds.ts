/** The seeds from 1 on, as the quick tests play some of them and the long ones more. */
import { expect } from 'bun:test';
import { simulateRooms } from './simulate.ts';

export async function playSeeds(seeds: number): Promise<void> {
  let [events, removals] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const report = await simulateRooms(seed);
    expect({ seed, problems: report.problems }).toEqual({ seed, problems: [] });
    events += report.events;
    removals += report.removals;
  }
  expect(events).toBeGreaterThan(seeds * 20);
  expect(removals).toBeGreaterThan(seeds);
}
