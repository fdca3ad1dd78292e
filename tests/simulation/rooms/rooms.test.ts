import { expect, test } from 'bun:test';
import { simulateRooms } from './simulate.ts';

const SEEDS = 60;
const TIMEOUT_MS = 300_000;

test(
  `[CUT-1] [VIEW-1] [UNREAD-1] [KEPT-2] M9 M10: ${SEEDS} seeds: who is put out hears nothing later, views and counts are those of the log`,
  async () => {
    let [events, removals] = [0, 0];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const report = await simulateRooms(seed);
      expect({ seed, problems: report.problems }).toEqual({ seed, problems: [] });
      events += report.events;
      removals += report.removals;
    }
    expect(events).toBeGreaterThan(SEEDS * 20);
    expect(removals).toBeGreaterThan(SEEDS);
  },
  TIMEOUT_MS,
);
