/** Every place of the client that shows what somebody else wrote about themselves or a room. */
import type { Locator, Page } from 'playwright-core';
import { field } from '../support/chat.ts';

export interface Place {
  readonly name: string;
  /** Ends when it is there, and says where to look. */
  open(page: Page): Promise<Locator>;
  close(page: Page): Promise<unknown>;
}

/** Begins in the room. */
export async function show(page: Page, place: Place, room: number): Promise<Locator> {
  await page.evaluate((to) => {
    location.hash = to;
  }, `#/room/${room}`);
  await page.getByRole('heading', { level: 1, name: 'den' }).waitFor();
  return place.open(page);
}

const leave = (page: Page) => page.keyboard.press('Escape');
const nothing = async () => {};
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();
const dialog = (page: Page) => page.locator('dialog[open]');

const side = (name: string, open: (page: Page, pane: Locator) => Promise<unknown> = nothing): Place => ({
  name: `the pane “${name}”`,
  open: async (page) => {
    const pane = page.getByRole('complementary').first();
    await page.locator('main header').getByRole('button', { name, exact: true }).click();
    await pane.waitFor();
    await open(page, pane);
    return pane;
  },
  close: (page) =>
    page
      .getByRole('complementary')
      .getByRole('button', { name: /^Close/ })
      .first()
      .click(),
});

const account = (menuItem: string, tab: string): Place => ({
  name: `${menuItem}: ${tab}`,
  open: async (page) => {
    await button(page, 'Settings').click();
    await page.getByRole('menuitem', { name: menuItem }).click();
    await page.getByRole('tab', { name: tab, exact: true }).click();
    return dialog(page);
  },
  close: leave,
});

export const PLACES: readonly Place[] = [
  { name: 'the list of messages', open: async (page) => page.getByRole('log').first(), close: nothing },
  {
    name: 'an invitation',
    open: async (page) => page.getByRole('navigation').filter({ hasText: 'asks you into' }),
    close: nothing,
  },
  {
    name: 'direct messages in the list of rooms',
    open: async (page) => page.getByRole('navigation').getByRole('link'),
    close: nothing,
  },
  {
    name: 'the switcher',
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Room or person' }).fill('mallory');
      return page.getByRole('option');
    },
    close: leave,
  },
  {
    name: 'whom to write to',
    open: async (page) => {
      await button(page, 'Write to somebody').click();
      return page.getByRole('list', { name: 'People' });
    },
    close: leave,
  },
  side('Members'),
  side('Pinned messages'),
  side('Search this room', async (page) => {
    const words = page.getByRole('complementary').getByRole('searchbox');
    await words.fill('words');
    await words.press('Enter');
  }),
  {
    name: 'completion',
    open: async (page) => {
      await field(page).fill('');
      await field(page).pressSequentially('@mal');
      return page.getByRole('option');
    },
    close: (page) => field(page).fill(''),
  },
  {
    name: 'who is answered',
    open: async (page) => {
      await page.getByRole('log').locator('article', { hasText: 'an answer' }).last().focus();
      await page.keyboard.press('r');
      return page.locator('main section').filter({ hasText: 'Replying to' });
    },
    close: leave,
  },
  {
    name: 'a profile',
    open: async (page) => {
      await page.getByRole('log').locator('[data-person]').last().click();
      return page.getByRole('dialog');
    },
    close: leave,
  },
  {
    name: 'who is banned and muted',
    open: async (page) => {
      await page.locator('main header').getByRole('button', { name: 'About this room' }).click();
      await dialog(page).getByRole('tab').last().click();
      return dialog(page);
    },
    close: leave,
  },
  account('Administration', 'Users'),
  account('Account', 'Devices'),
];
