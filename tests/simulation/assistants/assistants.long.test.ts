import { expect, test } from 'bun:test';
import { playSeeds } from './seeds.ts';
import { simulateAssistants } from './simulate.ts';

const FIRST_SEEDS = 40;
const FIRST = 10_001;
const SEEDS = 2_000;
const TIMEOUT_MS = 60 * 60_000;

test(
  `[PROMPT-1] [PROMPT-2] [PROMPT-4] [PROMPT-6] [ASK-1] [ASK-4] [BUDGET-1] [BUDGET-3] [REPLY-5] I1 I3: the first ${FIRST_SEEDS} seeds`,
  () => playSeeds(FIRST_SEEDS),
  TIMEOUT_MS,
);

test(
  `[PROMPT-1] [PROMPT-2] [PROMPT-4] [PROMPT-6] [ASK-1] [ASK-4] [BUDGET-1] [BUDGET-3] [REPLY-5] I1 I3: ${SEEDS} further seeds`,
  async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      const { problems } = await simulateAssistants(seed);
      expect({ seed, problems }).toEqual({ seed, problems: [] });
    }
  },
  TIMEOUT_MS,
);
