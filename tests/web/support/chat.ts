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

/** As long as it is not so, and no longer than a test may take. */
export async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await what())) await Bun.sleep(50);
}
