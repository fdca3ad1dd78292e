/** One screen: shown, looked at, left. */
import type { Page } from 'playwright-core';
import { getsFocus } from '../support/inspect.ts';
import type { Screen } from './screen.ts';

/** What is wrong with it, each said with its name; the next one can begin afterwards. */
export async function faultsOn(
  page: Page,
  screen: Screen,
  begin: () => Promise<unknown>,
  look: () => Promise<string[]>,
): Promise<string[]> {
  const { name, within = 'body', focus, close = leave, stays = false } = screen;
  const holds = focus === undefined && screen.within !== undefined && !stays;
  const found: string[] = [];
  try {
    await begin();
    const sign = (await screen.open(page)).first();
    await sign.waitFor();
    await loaded(page);
    found.push(...(await look()));
    if (holds && !(await getsFocus(page, within))) found.push('the focus is outside');
    if (!stays) {
      await close(page);
      await sign.waitFor({ state: 'hidden' });
    }
    if (holds) {
      await page.locator(within).first().waitFor({ state: 'detached' });
      if (!(await getsFocus(page))) found.push('the focus is lost');
    }
  } catch (error) {
    found.push(`${error}`);
    await page.reload();
  }
  return found.map((fault) => `${name}: ${fault}`);
}

/** Nothing stands in the place of what has not come yet. */
export const loaded = (page: Page): Promise<void> =>
  page.getByText(': loading').first().waitFor({ state: 'detached' });

const leave = (page: Page) => page.keyboard.press('Escape');
