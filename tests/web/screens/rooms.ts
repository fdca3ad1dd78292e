/** The list of rooms, and what it opens. */
import type { Page } from 'playwright-core';
import { button, DIALOG, escapeTwice, FLOATING, heading, item, type Screen, tab } from './screen.ts';

const toBrowse = async (page: Page) => {
  await button(page, 'Add a room').click();
  await item(page, 'Browse rooms').click();
};

const keys = (name: string, chosen: Screen['open']): Screen => ({
  name,
  from: 'rooms',
  within: DIALOG,
  open: async (page) => {
    await page.keyboard.press('Control+/');
    await heading(page, 'Keys and commands').waitFor();
    return chosen(page);
  },
});

export const ROOM_SCREENS: readonly Screen[] = [
  {
    name: 'rooms and people, an invitation among them',
    from: 'rooms',
    stays: true,
    open: async (page) => page.getByText('asks you into'),
  },
  {
    name: 'what can be done with a room',
    from: 'rooms',
    within: FLOATING,
    open: async (page) => {
      const room = page.getByRole('navigation').getByRole('link', { name: /garden/ });
      await room.focus();
      await room.press('Shift+F10');
      return page.getByRole('menuitem');
    },
  },
  {
    name: 'what can be added',
    from: 'rooms',
    within: FLOATING,
    open: async (page) => {
      await button(page, 'Add a room').click();
      return item(page, 'Create a room');
    },
  },
  {
    name: 'browse rooms',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await toBrowse(page);
      return page.getByRole('list', { name: 'Rooms of this server' });
    },
  },
  {
    name: 'browse rooms: none fits',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await toBrowse(page);
      await page.getByLabel('Find').fill('zzzz');
      await page.getByText('No room fits').waitFor();
      return page.getByLabel('Find');
    },
    // The first one empties the field.
    close: escapeTwice((page) => page.getByText('No room fits')),
  },
  {
    name: 'create a room: the name is taken',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await button(page, 'Add a room').click();
      await item(page, 'Create a room').click();
      await page.getByLabel('Name', { exact: true }).fill('garden');
      await page.getByLabel('Name', { exact: true }).press('Enter');
      return page.getByRole('alert');
    },
  },
  {
    name: 'write to somebody',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await button(page, 'Write to somebody').click();
      return page.getByRole('list', { name: 'People' }).getByRole('button');
    },
  },
  {
    name: 'switcher',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await page.keyboard.press('Control+k');
      return page.getByRole('option');
    },
  },
  {
    name: 'switcher: nothing is called that',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('zzzz');
      return page.getByText('Nothing is called that');
    },
  },
  {
    name: 'connection',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await button(page, /^Connection/).click();
      return page.getByText('Paths of this window');
    },
  },
  keys('all keys', async (page) => heading(page, 'Keys and commands')),
  keys('all keys: Commands', (page) => tab(page, 'Commands')),
  keys('all keys: Writing', (page) => tab(page, 'Writing')),
  {
    name: 'settings',
    from: 'rooms',
    within: FLOATING,
    open: async (page) => {
      await button(page, 'Settings').click();
      return item(page, 'Log out');
    },
  },
  {
    name: 'settings: themes',
    from: 'rooms',
    within: FLOATING,
    open: async (page) => {
      await button(page, 'Settings').click();
      await item(page, 'Theme').press('ArrowRight');
      await page.getByRole('menuitemcheckbox').first().waitFor();
      return item(page, 'Log out');
    },
    close: escapeTwice((page) => page.getByRole('menuitemcheckbox')),
  },
];
