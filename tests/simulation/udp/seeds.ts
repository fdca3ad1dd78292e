/** The seeds from 1 on, as the quick tests play some of them and the long ones more. */
import { expect } from 'bun:test';
import { simulateUdp } from './simulate.ts';

export function playSeeds(seeds: number): void {
  const ends: Record<string, number> = {};
  let packets = 0;
  let connections = 0;
  let amplification = 0;
  let untold = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const report = simulateUdp(seed);
    expect({ seed, problems: report.problems }).toEqual({ seed, problems: [] });
    for (const [how, count] of Object.entries(report.ends)) ends[how] = (ends[how] ?? 0) + count;
    packets += report.packets;
    untold += report.told ? 0 : 1;
    connections += report.connections;
    amplification = Math.max(amplification, report.amplification);
  }
  // Only where loss kept a client from every reset token.
  expect(untold).toBeLessThanOrEqual(seeds / 500);
  // Hostile enough to show something.
  expect(packets).toBeGreaterThan(seeds * 200);
  expect(connections).toBeGreaterThan(seeds);
  expect(amplification).toBeGreaterThan(2);
  for (const how of ['local', 'peer', 'timeout', 'reset']) expect(ends[how]).toBeGreaterThan(seeds / 20);
}
