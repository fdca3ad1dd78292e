/** What whoever is not signed in sees. */
import type { Page } from 'playwright-core';
import { button, type Screen } from './screen.ts';

const first = (name: string, open: Screen['open']): Screen => ({ name, from: 'signIn', stays: true, open });
const fill = async (page: Page, fields: Readonly<Record<string, string>>) => {
  for (const [label, text] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(text);
};

export const SIGN_IN_SCREENS: readonly Screen[] = [
  first('logging in', async (page) => page.getByLabel('Password', { exact: true })),
  first('logging in: the password is wrong', async (page) => {
    await fill(page, { Name: 'olive', Password: 'wrong' });
    await page.getByLabel('Password', { exact: true }).press('Enter');
    return page.getByRole('alert');
  }),
  first('registering: the name will not do', async (page) => {
    await page.getByRole('tab', { name: 'Register' }).click();
    await fill(page, { Name: 'a b' });
    return page.locator('input[aria-invalid=true]');
  }),
  first('a new password, with a code', async (page) => {
    await button(page, 'Forgot your password?').click();
    return page.getByLabel(/code/i);
  }),
];
