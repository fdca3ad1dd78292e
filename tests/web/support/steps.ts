/** What people do at the client, by what they see. */
import type { Page } from 'playwright-core';
import { PASSWORD } from './person.ts';

/** On the first screen, into an account that is there. */
export async function signIn(page: Page, name: string, password: string = PASSWORD): Promise<void> {
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await untilSignedIn(page);
}

export async function untilSignedIn(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Rooms and people' }).waitFor();
}
