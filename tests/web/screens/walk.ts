/** One screen: shown, looked at, left. */
import type { Page } from 'playwright-core';
import { getsFocus } from '../support/inspect.ts';
import type { Screen } from './screen.ts';

/** What is wrong with it, each said with its name; the next one can begin afterwards. */
export async function faultsOn(
  page: Page,
  screen: Screen,
  begin: () => Promise<unknown>,
  look: (within?: string) => Promise<string[]>,
): Promise<string[]> {
  const { name, within = 'body', focus, close = leave } = screen;
  const holds = focus === undefined && screen.within !== undefined;
  const found: string[] = [];
  try {
    await begin();
    await screen.open(page);
    found.push(...(await look(screen.within)));
    if (holds && !(await getsFocus(page, within))) found.push('the focus is outside');
    await close(page);
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

const leave = (page: Page) => page.keyboard.press('Escape');
