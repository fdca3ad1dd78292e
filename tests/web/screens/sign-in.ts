/** What whoever is not signed in sees. */
import type { Page } from 'playwright-core';
import { button, type Screen } from './screen.ts';

const stay = async () => {};
const fill = async (page: Page, fields: Readonly<Record<string, string>>) => {
  for (const [label, text] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(text);
};

export const SIGN_IN_SCREENS: readonly Screen[] = [
  {
    name: 'logging in',
    from: 'signIn',
    open: (page) => page.getByLabel('Password', { exact: true }).waitFor(),
    close: stay,
  },
  {
    name: 'logging in: the password is wrong',
    from: 'signIn',
    open: async (page) => {
      await fill(page, { Name: 'olive', Password: 'wrong' });
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
    close: stay,
  },
  {
    name: 'registering: the name will not do',
    from: 'signIn',
    open: async (page) => {
      await page.getByRole('tab', { name: 'Register' }).click();
      await fill(page, { Name: 'a b' });
    },
    close: stay,
  },
  {
    name: 'a new password, with a code',
    from: 'signIn',
    open: async (page) => {
      await button(page, 'Forgot your password?').click();
      await page.getByLabel(/code/i).waitFor();
    },
    close: stay,
  },
];
