import { test } from 'bun:test';
import { playSeeds } from './seeds.ts';

const SEEDS = 25;
const TIMEOUT_MS = 300_000;

test(
  `[CUT-1] [VIEW-1] [UNREAD-1] [KEPT-2] M9 M10: ${SEEDS} seeds: who is put out hears nothing later, views and counts are those of the log`,
  () => playSeeds(SEEDS),
  TIMEOUT_MS,
);
