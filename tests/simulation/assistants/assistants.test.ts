import { expect, test } from 'bun:test';
import { simulateAssistants } from './simulate.ts';

const SEEDS = 40;
const TIMEOUT_MS = 300_000;

test(
  `[PROMPT-1] [PROMPT-2] [PROMPT-4] [PROMPT-6] [ASK-1] [ASK-4] [BUDGET-1] [BUDGET-3] [REPLY-5] I1 I3: ${SEEDS} seeds: no word goes where it must not, and each question ends once`,
  async () => {
    const sum = { questions: 0, answers: 0, requests: 0, words: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { problems, trace: _, ...report } = await simulateAssistants(seed);
      expect({ seed, problems }).toEqual({ seed, problems: [] });
      for (const key of ['questions', 'answers', 'requests', 'words'] as const) sum[key] += report[key];
    }
    expect(sum.answers).toBeGreaterThan(SEEDS * 2);
    expect(sum.requests).toBeGreaterThan(sum.answers);
    expect(sum.questions).toBeGreaterThan(sum.answers);
    expect(sum.words).toBeGreaterThan(sum.requests * 3);
  },
  TIMEOUT_MS,
);
