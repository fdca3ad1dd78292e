/** What stands beside a conversation. */
import type { Locator } from 'playwright-core';
import { row, scrollUpTo } from '../support/chat.ts';
import { closeSide, type Place, pressInHead, type Screen, SIDE } from './screen.ts';

const side = (
  name: string,
  title: string,
  sign: (side: Locator) => Locator | Promise<Locator>,
  from: Place = 'garden',
): Screen => ({
  name,
  from,
  within: SIDE,
  open: async (page) => {
    await pressInHead(page, title);
    return sign(page.locator(SIDE));
  },
  close: closeSide,
});

/** Something is looked for; the field is there once the pane is fetched. */
const search = (name: string, more: (side: Locator) => Promise<Locator>): Screen =>
  side(`search: ${name}`, 'Search this room', more);

export const SIDE_SCREENS: readonly Screen[] = [
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
      return page.locator(SIDE).getByText('on Sunday');
    },
    close: closeSide,
  },
  side('members', 'Members', (pane) => pane.getByText('bob')),
  side('pinned messages', 'Pinned messages', (pane) => pane.getByText('beans')),
  side('nothing is pinned', 'Pinned messages', (pane) => pane.getByText('Nothing is pinned'), 'empty'),
  search('nothing yet', async (pane) => pane.getByRole('searchbox')),
  search('found', async (pane) => {
    await pane.getByRole('searchbox').fill('beans');
    return pane.getByRole('list', { name: 'Found messages' });
  }),
  search('filters', async (pane) => {
    await pane.getByRole('button', { name: /^Filters/ }).click();
    return pane.getByLabel('Since');
  }),
  search('nothing', async (pane) => {
    await pane.getByRole('searchbox').fill('zzzz');
    return pane.getByText('Nothing found');
  }),
];
