/** What stands in for `bun:test` when a suite runs in a page: its cases are gathered, and run when the page is asked to. */
import { deepStrictEqual, strictEqual } from 'node:assert';

const cases: { title: string; run: () => Promise<void> }[] = [];

export const describe = (_title: string, body: () => void): void => body();

export function test(title: string, run: () => Promise<void>): void {
  cases.push({ title, run });
}

export const expect = (actual: unknown) => ({
  toBe: (expected: unknown) => strictEqual(actual, expected),
  toEqual: (expected: unknown) => deepStrictEqual(actual, expected),
});

/** Titles, each with what went wrong, or `passed`. */
export async function runCases(): Promise<[title: string, outcome: string][]> {
  const outcomes: [string, string][] = [];
  for (const { title, run } of cases) {
    const outcome = await run().then(
      () => 'passed',
      (error) => String(error),
    );
    outcomes.push([title, outcome]);
  }
  return outcomes;
}
