/** What axe finds wrong with a page as it is now: rules of WCAG 2.2 AA and good practice. */
import { readFileSync } from 'node:fs';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const SCRIPT = readFileSync(Bun.resolveSync('axe-core/axe.min.js', import.meta.dir), 'utf8');
const EVERYTHING: RunOptions = {
  resultTypes: ['violations'],
  runOnly: {
    type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  },
};
/** All that a theme can break. */
const COLOURS: RunOptions = {
  resultTypes: ['violations'],
  runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
};

export interface AxeOptions {
  /** A selector: only what it stands for is looked at. */
  within?: string | undefined;
  /** Only what the colours do. */
  coloursOnly?: boolean;
}

/** One line a violation: rule, first place, how many. Expect it to equal []. */
export async function violations(
  page: Page,
  { within, coloursOnly = false }: AxeOptions = {},
): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(SCRIPT);
  const results = await page.evaluate(
    ([context, options]) => (globalThis as unknown as { axe: Axe }).axe.run(context ?? document, options),
    [within, coloursOnly ? COLOURS : EVERYTHING] as const,
  );
  return results.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes[0]?.target.join(' ')} (${nodes.length}) ${nodes[0]?.failureSummary ?? ''}`,
  );
}

interface Axe {
  run(context: Document | string, options: RunOptions): Promise<AxeResults>;
}
