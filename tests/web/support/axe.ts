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
  const options = coloursOnly ? COLOURS : EVERYTHING;
  const found = await run(page, within, options);
  if (found !== undefined) return found;
  await page.evaluate(SCRIPT);
  return (await run(page, within, options)) ?? ['axe: not there'];
}

/** Undefined where the page does not hold axe yet. What is wrong is said in the page: all that axe found is much to bring here. */
const run = (page: Page, within: string | undefined, options: RunOptions): Promise<string[] | undefined> =>
  page.evaluate(
    async ([context, how]) => {
      const { axe } = globalThis as unknown as { axe?: Axe };
      const results = await axe?.run(context ?? document, how);
      return results?.violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes[0]?.target.join(' ')} (${nodes.length}) ${nodes[0]?.failureSummary ?? ''}`,
      );
    },
    [within, options] as const,
  );

interface Axe {
  run(context: Document | string, options: RunOptions): Promise<AxeResults>;
}
