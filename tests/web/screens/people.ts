/** Who somebody is, and what is done with members of a room. */
import type { Page } from 'playwright-core';
import { row } from '../support/chat.ts';
import { button, DIALOG, FLOATING, heading, item, pressInHead, type Screen, SIDE, tab } from './screen.ts';

const closePane = (page: Page) =>
  page
    .locator(SIDE)
    .getByRole('button', { name: /^Close/ })
    .click();

const openMenu = async (page: Page) => {
  await pressInHead(page, 'Members');
  await page.locator(SIDE).getByRole('button', { name: 'More about bob' }).click();
  await item(page, 'Profile').waitFor();
};

const act = (name: string, entry: string, title: string): Screen => ({
  name,
  from: 'garden',
  within: DIALOG,
  open: async (page) => {
    await openMenu(page);
    await item(page, entry).click();
    await heading(page, title);
  },
  close: async (page) => {
    await page.keyboard.press('Escape');
    await closePane(page);
  },
});

export const PEOPLE_SCREENS: readonly Screen[] = [
  {
    name: 'the card of somebody',
    from: 'garden',
    within: FLOATING,
    open: async (page) => {
      await page.locator('main section [data-person]').first().click();
      await page
        .getByRole('dialog', { name: /^Profile of/ })
        .getByText('Here')
        .waitFor();
    },
  },
  {
    name: 'what can be done with a member',
    from: 'garden',
    within: FLOATING,
    open: openMenu,
    close: async (page) => {
      await page.keyboard.press('Escape');
      await closePane(page);
    },
  },
  act('muting a member', 'Mute', 'Mute bob?'),
  act('banning a member', 'Ban', 'Ban bob?'),
  {
    name: 'who has seen a message',
    from: 'garden',
    within: DIALOG,
    open: async (page) => {
      await row(page, 'beans, see').focus();
      await row(page, 'beans, see').getByRole('button', { name: 'More', exact: true }).click();
      await item(page, 'Who has seen it').click();
      await page.getByRole('dialog').getByRole('region').first().waitFor();
    },
  },
  {
    name: 'about a room: who is banned, and what was done',
    from: 'garden',
    within: DIALOG,
    open: async (page) => {
      await pressInHead(page, 'About this room');
      await page.getByRole('dialog', { name: 'garden' }).waitFor();
      await tab(page, 'Moderation');
      await button(page, 'Lift the ban on dora').waitFor();
    },
  },
];
