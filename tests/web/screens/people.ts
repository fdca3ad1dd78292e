/** Who somebody is, and what is done with members of a room. */
import type { Locator, Page } from 'playwright-core';
import { row } from '../support/chat.ts';
import {
  button,
  closeSide,
  DIALOG,
  FLOATING,
  heading,
  item,
  pressInHead,
  type Screen,
  SIDE,
  tab,
} from './screen.ts';

const openMenu = async (page: Page) => {
  await pressInHead(page, 'Members');
  await page.locator(SIDE).getByRole('button', { name: 'More about bob' }).click();
  return item(page, 'Profile');
};

/** What it opened from is behind it. */
const closeBoth = (upper: (page: Page) => Locator) => async (page: Page) => {
  await page.keyboard.press('Escape');
  await upper(page).first().waitFor({ state: 'detached' });
  await closeSide(page);
};

const act = (name: string, entry: string, title: string): Screen => ({
  name,
  from: 'garden',
  within: DIALOG,
  open: async (page) => {
    await openMenu(page);
    await item(page, entry).click();
    return heading(page, title);
  },
  close: closeBoth((page) => heading(page, title)),
});

export const PEOPLE_SCREENS: readonly Screen[] = [
  {
    name: 'the card of somebody',
    from: 'garden',
    within: FLOATING,
    open: async (page) => {
      await page.locator('main section [data-person]').first().click();
      return page.getByRole('dialog', { name: /^Profile of/ }).getByText('Here');
    },
  },
  {
    name: 'what can be done with a member',
    from: 'garden',
    within: FLOATING,
    open: openMenu,
    close: closeBoth((page) => item(page, 'Profile')),
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
      return page.getByRole('dialog').getByRole('region');
    },
  },
  {
    name: 'about a room: who is banned, and what was done',
    from: 'garden',
    within: DIALOG,
    open: async (page) => {
      await pressInHead(page, 'About this room');
      await tab(page, 'Moderation');
      return button(page, 'Lift the ban on dora');
    },
  },
];
