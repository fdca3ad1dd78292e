/** A conversation, what is done with its messages, and what stands beside it. */
import type { Page } from 'playwright-core';
import { field, row, scrollUpTo } from '../support/chat.ts';
import { button, DIALOG, FLOATING, heading, item, pressInHead, type Screen, SIDE, tab } from './screen.ts';

const stay = async () => {};

/** The focus on a message: its toolbar is there. */
const onMessage = async (page: Page, text: string) => {
  await row(page, text).first().focus();
  await row(page, text).first().getByRole('toolbar').waitFor();
};

const inMenu = async (page: Page, text: string, name: string) => {
  await onMessage(page, text);
  await row(page, text).first().getByRole('button', { name: 'More', exact: true }).click();
  await item(page, name).waitFor();
};

/** Written into the text field, which is empty again afterwards. */
const written = (name: string, text: string, list = 'Completions'): Screen => ({
  name,
  from: 'garden',
  within: 'main [role=listbox]',
  focus: 'elsewhere',
  open: async (page) => {
    await field(page).fill('');
    await field(page).pressSequentially(text);
    await page.getByRole('listbox', { name: list }).waitFor();
  },
  close: async (page) => {
    await field(page).fill('');
    await page.getByRole('listbox', { name: list }).waitFor({ state: 'detached' });
  },
});

const side = (
  name: string,
  title: string,
  ready: (page: Page) => Promise<unknown>,
  from: Screen['from'],
) => ({
  name,
  from,
  within: SIDE,
  open: async (page: Page) => {
    await pressInHead(page, title);
    await ready(page);
  },
  close: (page: Page) =>
    page
      .locator(SIDE)
      .getByRole('button', { name: /^Close/ })
      .click(),
});

const about = (name: string): Screen => ({
  name: `about a room: ${name}`,
  from: 'garden',
  within: DIALOG,
  open: async (page) => {
    await pressInHead(page, 'About this room');
    await page.getByRole('dialog', { name: 'garden' }).waitFor();
    await tab(page, name);
  },
});

/** A command, typed so far; what it opens is part of the conversation. */
const command = (name: string, text: string, ready: (page: Page) => Promise<unknown>): Screen => ({
  name,
  from: 'garden',
  within: 'main section div:has(> div > textarea)',
  focus: 'elsewhere',
  open: async (page) => {
    await field(page).fill('');
    await field(page).pressSequentially(text);
    await ready(page);
  },
  close: (page) => field(page).fill(''),
});

export const CONVERSATION_SCREENS: readonly Screen[] = [
  { name: 'a conversation', from: 'garden', open: (page) => row(page, 'seeds.txt').waitFor(), close: stay },
  {
    name: 'a room that one is not in',
    from: 'nowhere',
    open: (page) => page.getByText('You are not in this room').waitFor(),
    close: stay,
  },
  {
    name: 'a room without messages',
    from: 'empty',
    open: (page) => field(page).waitFor(),
    close: stay,
  },
  { name: 'direct messages', from: 'direct', open: (page) => row(page, 'hello').waitFor(), close: stay },
  {
    name: 'what is above a conversation, as a menu',
    from: 'garden',
    only: 'narrow',
    within: FLOATING,
    open: async (page) => {
      await page.locator('main header').getByRole('button', { name: 'More', exact: true }).click();
      await item(page, 'About this room').waitFor();
    },
  },
  { name: 'a message and what can be done', from: 'garden', open: (page) => onMessage(page, 'edited') },
  {
    name: 'more that can be done with a message',
    from: 'garden',
    within: FLOATING,
    open: (page) => inMenu(page, 'my own', 'Delete'),
  },
  {
    name: 'deleting a message',
    from: 'garden',
    within: DIALOG,
    open: async (page) => {
      await onMessage(page, 'my own');
      await page.keyboard.press('Delete');
      await heading(page, 'Delete this message?');
    },
  },
  {
    name: 'what a message said before',
    from: 'garden',
    within: DIALOG,
    open: async (page) => {
      await row(page, 'now edited').getByRole('button', { name: 'edited' }).click();
      await page.getByRole('dialog').getByText('not yet').waitFor();
    },
  },
  {
    name: 'reacting to a message',
    from: 'garden',
    within: FLOATING,
    open: async (page) => {
      await onMessage(page, 'my own');
      await page.keyboard.press('+');
      await page.getByRole('searchbox', { name: 'Search emoji' }).waitFor();
      await page.getByRole('gridcell').or(page.getByRole('dialog').getByRole('button')).nth(20).waitFor();
    },
  },
  {
    name: 'answering a message',
    from: 'garden',
    within: '[data-conversation]',
    focus: 'elsewhere',
    open: async (page) => {
      await onMessage(page, 'now edited');
      await page.keyboard.press('r');
      await page.getByText('Replying to').waitFor();
    },
  },
  {
    name: 'editing a message',
    from: 'garden',
    within: '[data-conversation]',
    focus: 'elsewhere',
    open: async (page) => {
      await onMessage(page, 'my own');
      await page.keyboard.press('e');
      await button(page, 'Save').waitFor();
    },
  },
  command('commands', '/', (page) => page.getByRole('listbox', { name: 'Commands' }).waitFor()),
  command('a command that explains itself', '/topic a', (page) => page.getByText('does it').waitFor()),
  command('a command that cannot be meant', '/mute @nobodyatall', async (page) => {
    // Under a finger Enter begins another line.
    await page.locator('main section').getByRole('button', { name: 'Send' }).first().click();
    await page.getByRole('alert').waitFor();
  }),
  written('completing a name', '@bo'),
  written('completing a room', '#gar'),
  written('completing an emoji', ':smil'),
  written('commands', '/', 'Commands'),
  written('a word of a command', '/block b'),
  {
    name: 'a command that is explained, and wrong',
    from: 'garden',
    within: 'main [class*=explained]',
    focus: 'elsewhere',
    open: async (page) => {
      await field(page).fill('');
      await field(page).pressSequentially('/dnd 1x');
      await button(page, 'Send').click();
      await page.getByRole('alert').getByText('no duration').waitFor();
    },
    close: (page) => field(page).fill(''),
  },
  {
    name: 'the menu of a message',
    from: 'garden',
    within: FLOATING,
    open: async (page) => {
      await row(page, 'my own').first().focus();
      await page.keyboard.press('Shift+F10');
      await item(page, 'Reply').waitFor();
    },
  },
  {
    name: 'too much is written',
    from: 'garden',
    within: '[role=alert]',
    focus: 'elsewhere',
    open: async (page) => {
      await field(page).fill('a'.repeat(20_000));
      await page.getByText('Too long by').waitFor();
    },
    close: (page) => field(page).fill(''),
  },
  {
    name: 'a thread',
    from: 'garden',
    within: SIDE,
    open: async (page) => {
      await scrollUpTo(page, 'the roof');
      // By its address: that a press opens it is another test's.
      const sequence = await row(page, 'the roof').getAttribute('data-sequence');
      await page.evaluate((root) => {
        location.hash += `/t/${root}`;
      }, sequence);
      await page.locator(SIDE).getByText('on Sunday').waitFor();
    },
    close: (page) => button(page, 'Close thread').click(),
  },
  side('members', 'Members', (page) => page.locator(SIDE).getByText('bob').first().waitFor(), 'garden'),
  side(
    'pinned messages',
    'Pinned messages',
    (page) => page.locator(SIDE).getByText('beans').waitFor(),
    'garden',
  ),
  side(
    'nothing is pinned',
    'Pinned messages',
    (page) => page.getByText('Nothing is pinned').waitFor(),
    'empty',
  ),
  side('search', 'Search this room', (page) => page.getByRole('searchbox').waitFor(), 'garden'),
  side(
    'search: found',
    'Search this room',
    async (page) => {
      await page.getByRole('searchbox').fill('beans');
      await page.getByRole('list', { name: 'Found messages' }).waitFor();
    },
    'garden',
  ),
  side(
    'search: filters',
    'Search this room',
    async (page) => {
      await page.locator(SIDE).getByRole('button', { name: 'Filters' }).click();
      await page.locator(SIDE).getByLabel('Since').waitFor();
    },
    'garden',
  ),
  side(
    'search: filters',
    'Search this room',
    async (page) => {
      await button(page, /^Filters/).click();
      await page.getByLabel('Since').waitFor();
    },
    'garden',
  ),
  side(
    'search: nothing',
    'Search this room',
    async (page) => {
      await page.getByRole('searchbox').fill('zzzz');
      await page.getByText('Nothing found').waitFor();
    },
    'garden',
  ),
  about('About'),
  about('Settings'),
  about('Ways in'),
  {
    ...about('About'),
    name: 'about a room: leaving it',
    open: async (page) => {
      await about('About').open(page);
      await button(page, 'Leave this room').click();
      await button(page, 'Stay').waitFor();
    },
  },
];
