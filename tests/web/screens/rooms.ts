/** The list of rooms, and what it opens. */
import { button, DIALOG, FLOATING, heading, item, type Screen, tab } from './screen.ts';

export const ROOM_SCREENS: readonly Screen[] = [
  {
    name: 'rooms and people, an invitation among them',
    from: 'rooms',
    open: (page) => page.getByText('asks you into').waitFor(),
    close: async () => {},
  },
  {
    name: 'what can be done with a room',
    from: 'rooms',
    within: FLOATING,
    open: async (page) => {
      const room = page.getByRole('navigation').getByRole('link', { name: /garden/ });
      await room.focus();
      await room.press('Shift+F10');
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'what can be added',
    from: 'rooms',
    within: FLOATING,
    open: async (page) => {
      await button(page, 'Add a room').click();
      await item(page, 'Create a room').waitFor();
    },
  },
  {
    name: 'browse rooms',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await button(page, 'Add a room').click();
      await item(page, 'Browse rooms').click();
      await page.getByRole('list', { name: 'Rooms of this server' }).waitFor();
    },
  },
  {
    name: 'browse rooms: none fits',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await button(page, 'Add a room').click();
      await item(page, 'Browse rooms').click();
      await page.getByLabel('Find').fill('zzzz');
      await page.getByText('No room fits').waitFor();
    },
    // The first one empties the field.
    close: async (page) => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
    },
  },
  {
    name: 'create a room: the name is taken',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await button(page, 'Add a room').click();
      await item(page, 'Create a room').click();
      await page.getByLabel('Name', { exact: true }).fill('garden');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'write to somebody',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await button(page, 'Write to somebody').click();
      await page.getByRole('list', { name: 'People' }).getByRole('button').first().waitFor();
    },
  },
  {
    name: 'switcher',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'switcher: nothing is called that',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('zzzz');
      await page.getByText('Nothing is called that').waitFor();
    },
  },
  {
    name: 'connection',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await button(page, /^Connection/).click();
      await page.getByText('Paths of this window').waitFor();
    },
  },
  {
    name: 'all keys',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await page.keyboard.press('Control+/');
      await heading(page, 'Keys and commands');
    },
  },
  {
    name: 'all keys: Commands',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await page.keyboard.press('Control+/');
      await heading(page, 'Keys and commands');
      await tab(page, 'Commands');
    },
  },
  {
    name: 'all keys: Writing',
    from: 'rooms',
    within: DIALOG,
    open: async (page) => {
      await page.keyboard.press('Control+/');
      await heading(page, 'Keys and commands');
      await tab(page, 'Writing');
    },
  },
  {
    name: 'settings',
    from: 'rooms',
    within: FLOATING,
    open: async (page) => {
      await button(page, 'Settings').click();
      await item(page, 'Log out').waitFor();
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
    },
    close: async (page) => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
    },
  },
];
