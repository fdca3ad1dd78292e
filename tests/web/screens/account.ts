/** What belongs to the account, and the administration of the server. */
import type { Page } from 'playwright-core';
import { PASSWORD } from '../support/person.ts';
import { button, DIALOG, item, type Screen, tab } from './screen.ts';

const openDialog = async (page: Page, name: 'Account' | 'Administration', first: string) => {
  await button(page, 'Settings').click();
  await item(page, name).click();
  await page.getByRole('dialog', { name }).waitFor();
  await tab(page, first);
};

const account = (name: string, more?: (page: Page) => Promise<unknown>): Screen => ({
  name: `account: ${name}`,
  from: 'rooms',
  within: DIALOG,
  open: async (page) => {
    await openDialog(page, 'Account', name);
    await more?.(page);
  },
});

const administration = (name: string): Screen => ({
  name: `administration: ${name}`,
  from: 'rooms',
  within: DIALOG,
  open: (page) => openDialog(page, 'Administration', name),
});

export const ACCOUNT_SCREENS: readonly Screen[] = [
  account('Profile'),
  account('Devices'),
  account('Security'),
  account('This device'),
  {
    ...account('Security', async (page) => {
      await page.getByLabel('Password, to turn it on').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByLabel('Code that it shows').waitFor();
    }),
    name: 'account: the secret of an authenticator',
  },
  administration('Users'),
  {
    ...administration('Users'),
    name: 'administration: one user',
    open: async (page) => {
      await openDialog(page, 'Administration', 'Users');
      await page.getByRole('list', { name: 'Users' }).getByRole('button').nth(1).click();
      await page.getByRole('list', { name: 'Devices' }).waitFor();
    },
  },
  administration('Rooms'),
  administration('Invite codes'),
  administration('Limits'),
  administration('Audit'),
  administration('Health'),
];
