/** What belongs to the account, and the administration of the server. */
import type { Page } from 'playwright-core';
import { PASSWORD } from '../support/person.ts';
import { button, DIALOG, item, type Screen, tab } from './screen.ts';

const openDialog = async (page: Page, name: 'Account' | 'Administration', first: string) => {
  await button(page, 'Settings').click();
  await item(page, name).click();
  await page.getByRole('dialog', { name }).waitFor();
  return tab(page, first);
};

const account = (name: string, more?: Screen['open']): Screen => ({
  name: `account: ${name}`,
  from: 'rooms',
  within: DIALOG,
  open: async (page) => {
    const chosen = await openDialog(page, 'Account', name);
    return more === undefined ? chosen : more(page);
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
      await page.getByLabel('Password, to turn it on').press('Enter');
      await page.getByRole('img', { name: 'QR code of the secret' }).waitFor();
      return page.getByLabel('Code that it shows');
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
      return page.getByRole('list', { name: 'Devices' });
    },
  },
  administration('Rooms'),
  administration('Invite codes'),
  administration('Limits'),
  administration('Audit'),
  administration('Health'),
];
