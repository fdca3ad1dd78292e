import { describe, expect, test } from 'bun:test';
import { playSeeds } from './seeds.ts';
import { simulate } from './simulate.ts';

const SEEDS = 150;
const TIMEOUT_MS = 300_000;

describe('clients and server under virtual time (M6, M7, T12, T13, T17)', () => {
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
    `[SEND-1] [SYNC-1] [SESSION-8] [SESSION-9] [PATH-6] [PATH-7] ${SEEDS} seeds: one session over four transports; nothing is lost, comes twice or out of order`,
    () => playSeeds(SEEDS),
    TIMEOUT_MS,
  );
});
