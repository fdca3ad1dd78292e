/** What is on the pictures, and how one gets there. */
import type { Page } from 'playwright-core';
import { field, openRoom, row, scrollUpTo } from '../support/chat.ts';
import type { Town } from './town.ts';

export interface Scene {
  readonly name: string;
  readonly widths: readonly number[];
  /** Without: light and dark. */
  readonly themes?: readonly Theme[];
  /** Before signing in; else from the list of rooms, at the client of the reader. */
  readonly isOutside?: true;
  readonly go: (page: Page, town: Town) => Promise<void>;
}

export type Theme = 'light' | 'dark' | 'contrast';

const room = (name: string, text: string) => async (page: Page) => {
  await openRoom(page, name);
  await row(page, text).first().waitFor();
};

export const SCENES: readonly Scene[] = [
  {
    name: 'conversation',
    widths: [360, 1280, 2560],
    themes: ['light', 'dark', 'contrast'],
    go: room('spring-launch', 'a dry day'),
  },
  { name: 'sign-in', isOutside: true, widths: [360, 1280], go: async () => {} },
  {
    name: 'register',
    isOutside: true,
    widths: [1280],
    go: (page) => page.getByRole('tab', { name: 'Register' }).click(),
  },
  { name: 'rooms', widths: [360], go: async () => {} },
  {
    name: 'files',
    widths: [360, 1280],
    go: async (page) => {
      await room('design', 'readable in the sun')(page);
      await page.locator('main').getByText('map-at-night.png').first().waitFor();
    },
  },
  {
    name: 'thread',
    widths: [360, 1280, 2560],
    go: async (page) => {
      await room('spring-launch', 'a dry day')(page);
      await scrollUpTo(page, 'Three lines for the posters');
      await row(page, 'Three lines for the posters')
        .getByRole('button', { name: /\d repl/ })
        .click();
      await page.getByText('Legal has no objection').waitFor();
    },
  },
  {
    name: 'members',
    widths: [1280],
    go: async (page) => {
      await room('dispatcher', 'Deployed to Gothenburg')(page);
      await page.getByRole('button', { name: /^Members/ }).click();
      await page.getByRole('complementary').getByText('Kenji Mori').waitFor();
    },
  },
  {
    name: 'switcher',
    widths: [360, 1280],
    go: async (page) => {
      await room('dispatcher', 'Deployed to Gothenburg')(page);
      await page.keyboard.press('Control+K');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'assistant',
    widths: [1280],
    go: async (page, { models }) => {
      await openRoom(page, 'lobby');
      const text = [
        'Since yesterday evening:\n\n',
        '- **Malmö payments** failed from 06:41 to 07:31; all 212 waiting rides were charged.\n',
        '- **Android 15**: the lock opens, the app says “Opening…”; Tomasz found the cause.\n',
        '- The new rebalancing runs in Gothenburg only.\n',
      ].join('');
      models.next({ kind: 'answer', text, pauseMs: 20 });
      await field(page).fill('@assistant what happened while I was asleep?');
      await field(page).press('Enter');
      await row(page, 'in Gothenburg only').waitFor();
    },
  },
  {
    name: 'picture',
    widths: [1280],
    go: async (page) => {
      await room('design', 'readable in the sun')(page);
      await page.locator('main header').getByRole('button', { name: 'Files' }).click();
      await page
        .getByRole('complementary')
        .getByRole('button', { name: /map-at-night/ })
        .first()
        .click();
      await page.getByRole('dialog').getByRole('img').first().waitFor();
    },
  },
  {
    name: 'person',
    widths: [360, 1280],
    go: async (page) => {
      await room('dispatcher', 'Deployed to Gothenburg')(page);
      await row(page, 'For the record').getByText('Jonas Weber').click();
      await page.getByRole('dialog').getByText('Deep work').waitFor();
    },
  },
  {
    name: 'message-menu',
    widths: [1280],
    go: async (page) => {
      await room('incidents', 'Two locks in Malmö')(page);
      await row(page, 'All 212 went through').click({ button: 'right' });
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'search',
    widths: [1280],
    go: async (page) => {
      await openRoom(page, 'spring-launch');
      await field(page).press('Control+F');
      await page.getByRole('complementary').getByRole('searchbox').fill('alfama');
      await page.keyboard.press('Enter');
      await page.getByRole('complementary').getByText('Nora Dahl').first().waitFor();
    },
  },
  {
    name: 'commands',
    widths: [360, 1280],
    go: async (page) => {
      await openRoom(page, 'workshop');
      await field(page).fill('');
      await field(page).pressSequentially('/');
      await page.getByRole('listbox').waitFor();
    },
  },
  {
    name: 'emoji',
    widths: [1280],
    go: async (page) => {
      await openRoom(page, 'coffee');
      await page.getByRole('button', { name: /Emoji/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'about-room',
    widths: [360, 1280],
    go: async (page) => {
      await openRoom(page, 'spring-launch');
      const about = page.getByRole('button', { name: 'About this room' });
      if (await about.isVisible()) await about.click();
      else {
        await page.locator('main header').getByRole('button', { name: 'More' }).click();
        await page.getByRole('menuitem', { name: 'About this room' }).click();
      }
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'connection',
    widths: [1280],
    go: async (page) => {
      await openRoom(page, 'spring-launch');
      await page.getByRole('button', { name: /WebSocket/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'account', widths: [360, 1280], go: menu('Account') },
  { name: 'administration', widths: [1280], go: menu('Administration') },
  { name: 'keys', widths: [1280], go: menu('All keys') },
];

/** Opens what the menu beside one's own name leads to. */
function menu(item: string) {
  return async (page: Page): Promise<void> => {
    await page.getByRole('button', { name: /Settings|Account and settings|You/ }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await page.getByRole('dialog').waitFor();
  };
}
