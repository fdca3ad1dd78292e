/** The seeds from 1 on, as the quick tests play some of them and the long ones more. */
import { expect } from 'bun:test';
import { simulateAssistants } from './simulate.ts';

export async function playSeeds(seeds: number): Promise<void> {
  const sum = { questions: 0, answers: 0, requests: 0, words: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const { problems, trace: _, ...report } = await simulateAssistants(seed);
    expect({ seed, problems }).toEqual({ seed, problems: [] });
    for (const key of ['questions', 'answers', 'requests', 'words'] as const) sum[key] += report[key];
  }
  expect(sum.answers).toBeGreaterThan(seeds * 2);
  expect(sum.requests).toBeGreaterThan(sum.answers);
  expect(sum.questions).toBeGreaterThan(sum.answers);
  expect(sum.words).toBeGreaterThan(sum.requests * 3);
}
