/** What is written: what completes it, commands, and what is wrong with it. */
import type { Locator, Page } from 'playwright-core';
import { field } from '../support/chat.ts';
import { button, type Screen } from './screen.ts';

/** In the text field, which is empty again afterwards. */
const written = (name: string, text: string, within: string, sign: (page: Page) => Locator): Screen => ({
  name,
  from: 'garden',
  within,
  focus: 'elsewhere',
  open: async (page) => {
    await field(page).fill('');
    await field(page).pressSequentially(text);
    return sign(page);
  },
  close: (page) => field(page).fill(''),
});

const completing = (name: string, text: string): Screen =>
  written(name, text, 'main [role=listbox]', (page) => page.getByRole('listbox', { name: 'Completions' }));

/** What it says is part of the conversation. */
const LINE = 'main section div:has(> div > textarea)';

/** Under a finger Enter begins another line. */
const sent = (screen: Screen): Screen => ({
  ...screen,
  open: async (page) => {
    const sign = await screen.open(page);
    await button(page, 'Send').click();
    return sign;
  },
});

export const WRITING_SCREENS: readonly Screen[] = [
  written('commands', '/', LINE, (page) => page.getByRole('listbox', { name: 'Commands' })),
  written('a command that explains itself', '/topic a', LINE, (page) => page.getByText('does it')),
  sent(
    written('a command that cannot be meant', '/mute @nobodyatall', LINE, (page) => page.getByRole('alert')),
  ),
  completing('completing a name', '@bo'),
  completing('completing a room', '#gar'),
  completing('completing an emoji', ':smil'),
  completing('a word of a command', '/block b'),
  sent(
    written('a command that is explained, and wrong', '/dnd 1x', 'main [class*=explained]', (page) =>
      page.getByRole('alert').getByText('no duration'),
    ),
  ),
  {
    name: 'too much is written',
    from: 'garden',
    within: '[role=alert]',
    focus: 'elsewhere',
    open: async (page) => {
      await field(page).fill('a'.repeat(20_000));
      return page.getByText('Too long by');
    },
    close: (page) => field(page).fill(''),
  },
];
