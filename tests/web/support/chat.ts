/** What people see of a conversation, and do in it. */
import type { Locator, Page } from 'playwright-core';

/** The text field of the room. */
export const field = (page: Page): Locator => page.locator('main section textarea');

/** The row of the message that says this. */
export const row = (page: Page, text: string): Locator =>
  page.locator('main section article').filter({ hasText: text });

export async function send(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press('Enter');
}

export async function openRoom(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Rooms and people' })
    .getByRole('link', { name })
    .first()
    .click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Turns the wheel until the row of the message that says this is drawn. */
export async function scrollUpTo(page: Page, text: string): Promise<void> {
  await page.locator('main').getByRole('log').first().hover();
  await until(async () => {
    if ((await row(page, text).count()) > 0) return true;
    await page.mouse.wheel(0, -300);
    return false;
  });
}

/** A key pressed now goes there. */
export const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

/** Less than any test may take, so that the line that waited in vain is named. */
const PATIENCE_MS = 30_000;

/** As long as it is not so; rejects where it does not come to be. */
export async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = Date.now() + PATIENCE_MS;
  while (!(await what())) {
    if (Date.now() > endMs) throw new Error(`did not come to be: ${what}`);
    await Bun.sleep(50);
  }
}
