import { describe, expect, test } from 'bun:test';
import { simulate } from './simulate.ts';

const SEEDS = 1_000;
const TIMEOUT_MS = 300_000;

describe('clients and server under virtual time (M6, M7, T12, T13)', () => {
  test(
    'the same seed gives the same history',
    async () => {
      const [first, second] = [await simulate(4_242), await simulate(4_242)];
      expect(second.trace).toEqual(first.trace);
      expect(first.trace.length).toBeGreaterThan(10);
    },
    TIMEOUT_MS,
  );

  test(
    `[SEND-1] [SYNC-1] ${SEEDS} seeds: nothing acknowledged is lost, nothing comes twice or out of order`,
    async () => {
      let messages = 0;
      let serverCrashes = 0;
      for (let seed = 1; seed <= SEEDS; seed++) {
        const report = await simulate(seed);
        expect({ seed, problems: report.problems }).toEqual({ seed, problems: [] });
        messages += report.messages;
        serverCrashes += report.serverCrashes;
      }
      expect(messages).toBeGreaterThan(SEEDS * 20);
      expect(serverCrashes).toBeGreaterThan(SEEDS);
    },
    TIMEOUT_MS,
  );
});
