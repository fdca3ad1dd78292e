/** What axe finds wrong with a page as it is now: rules of WCAG 2.2 AA and good practice. */
import { readFileSync } from 'node:fs';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const SCRIPT = readFileSync(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir), 'utf8');
const OPTIONS: RunOptions = {
  resultTypes: ['violations'],
  runOnly: {
    type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  },
};

/** One line a violation: rule, first place, how many. Expect it to equal []. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(SCRIPT);
  const results = await page.evaluate(
    (options) => (globalThis as unknown as { axe: Axe }).axe.run(document, options),
    OPTIONS,
  );
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes[0]?.target.join(' ')} (${nodes.length}) ${nodes[0]?.failureSummary ?? ''}`,
  );
}

interface Axe {
  run(context: Document, options: RunOptions): Promise<AxeResults>;
}
