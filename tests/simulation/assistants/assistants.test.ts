import { test } from 'bun:test';
import { playSeeds } from './seeds.ts';

const SEEDS = 16;
const TIMEOUT_MS = 300_000;

test(
  `[PROMPT-1] [PROMPT-2] [PROMPT-4] [PROMPT-6] [ASK-1] [ASK-4] [BUDGET-1] [BUDGET-3] [REPLY-5] I1 I3: ${SEEDS} seeds: no word goes where it must not, and each question ends once`,
  () => playSeeds(SEEDS),
  TIMEOUT_MS,
);
