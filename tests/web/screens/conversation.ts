/** Conversations, what stands in their place, and what is done with messages. */
import type { Page } from 'playwright-core';
import { field, row } from '../support/chat.ts';
import { button, DIALOG, FLOATING, heading, item, pressInHead, type Screen, tab } from './screen.ts';

/** The focus on a message: its toolbar is there. */
const onMessage = async (page: Page, text: string) => {
  await row(page, text).first().focus();
  const toolbar = row(page, text).first().getByRole('toolbar');
  await toolbar.waitFor();
  return toolbar;
};

/** What is written is something else now: the focus goes to it, a moment after it is drawn. */
const inField = (page: Page) => page.locator('main section textarea:focus').waitFor();

const place = (name: string, from: Screen['from'], open: Screen['open']): Screen => ({
  name,
  from,
  within: 'main',
  stays: true,
  open,
});

const about = (name: string, more?: Screen['open']): Screen => ({
  name: `about a room: ${name}`,
  from: 'garden',
  within: DIALOG,
  open: async (page) => {
    await pressInHead(page, 'About this room');
    const chosen = await tab(page, name);
    return more === undefined ? chosen : more(page);
  },
});

/** All emoji are thousands of buttons. */
const reacting = (name: string, found: (page: Page) => Promise<unknown>): Screen => ({
  name: `reacting to a message: ${name}`,
  from: 'garden',
  within: FLOATING,
  open: async (page) => {
    await onMessage(page, 'my own');
    await page.keyboard.press('+');
    const search = page.getByRole('searchbox', { name: 'Search emoji' });
    await search.waitFor();
    await found(page);
    return search;
  },
});

const PLACES: readonly Screen[] = [
  {
    name: 'a conversation',
    from: 'garden',
    stays: true,
    open: async (page) => row(page, 'seeds.txt'),
  },
  place('a room that one is not in', 'nowhere', async (page) => page.getByText('You are not in this room')),
  place('a room without messages', 'empty', async (page) => field(page)),
  place('direct messages', 'direct', async (page) => row(page, 'hello')),
  {
    name: 'what is above a conversation, as a menu',
    from: 'garden',
    only: 'narrow',
    within: FLOATING,
    open: async (page) => {
      await page.locator('main header').getByRole('button', { name: 'More', exact: true }).click();
      return item(page, 'About this room');
    },
  },
];

const MESSAGES: readonly Screen[] = [
  {
    name: 'a message and what can be done',
    from: 'garden',
    within: 'main article:focus-within',
    stays: true,
    open: (page) => onMessage(page, 'now edited'),
  },
  {
    name: 'more that can be done with a message',
    from: 'garden',
    within: FLOATING,
    open: async (page) => {
      const toolbar = await onMessage(page, 'my own');
      await toolbar.getByRole('button', { name: 'More', exact: true }).click();
      return item(page, 'Delete');
    },
  },
  {
    name: 'deleting a message',
    from: 'garden',
    within: DIALOG,
    open: async (page) => {
      await onMessage(page, 'my own');
      await page.keyboard.press('Delete');
      return heading(page, 'Delete this message?');
    },
  },
  {
    name: 'what a message said before',
    from: 'garden',
    within: DIALOG,
    open: async (page) => {
      await row(page, 'now edited').getByRole('button', { name: 'edited' }).click();
      return page.getByRole('dialog').getByText('not yet');
    },
  },
  reacting('by a word', async (page) => {
    await page.getByRole('searchbox', { name: 'Search emoji' }).fill('smil');
    await page.getByRole('region', { name: 'Found' }).waitFor();
  }),
  {
    ...reacting('all there are', (page) => page.getByRole('dialog').getByRole('button').nth(20).waitFor()),
    costly: true,
  },
  {
    name: 'answering a message',
    from: 'garden',
    within: '[data-conversation]',
    focus: 'elsewhere',
    open: async (page) => {
      await onMessage(page, 'now edited');
      await page.keyboard.press('r');
      await inField(page);
      return page.getByText('Replying to');
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
      await inField(page);
      return button(page, 'Save');
    },
  },
  {
    name: 'the menu of a message',
    from: 'garden',
    within: FLOATING,
    open: async (page) => {
      await onMessage(page, 'my own');
      await page.keyboard.press('Shift+F10');
      return item(page, 'Reply');
    },
  },
];

const ABOUT: readonly Screen[] = [
  about('About', async (page) => page.getByRole('term').filter({ hasText: 'Since' })),
  about('Settings'),
  about('Ways in'),
  {
    ...about('About', async (page) => {
      await button(page, 'Leave this room').click();
      return button(page, 'Stay');
    }),
    name: 'about a room: leaving it',
  },
];

export const CONVERSATION_SCREENS: readonly Screen[] = [...PLACES, ...MESSAGES, ...ABOUT];
