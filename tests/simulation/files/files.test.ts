import { test } from 'bun:test';
import { playSeeds } from './seeds.ts';

const SEEDS = 15;
const TIMEOUT_MS = 300_000;

test(
  `F1 F3 F4: ${SEEDS} seeds: files arrive whatever breaks, once and whole, and nothing is kept for nobody`,
  () => playSeeds(SEEDS),
  TIMEOUT_MS,
);
