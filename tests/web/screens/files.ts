/** Files: waiting to be sent, looked at, and all of a room. */
import { button, closeSide, DIALOG, pressInHead, type Screen, SIDE } from './screen.ts';

export const FILE_SCREENS: readonly Screen[] = [
  {
    name: 'files that wait to be sent',
    from: 'garden',
    within: '[aria-label="Attached files"]',
    focus: 'elsewhere',
    open: async (page) => {
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles([
          { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('plan') },
          { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
        ]);
      return page.getByRole('list', { name: 'Attached files' }).getByText('nothing.txt');
    },
    close: async (page) => {
      for (const name of ['plan.txt', 'nothing.txt']) await button(page, `Remove ${name}`).click();
    },
  },
  {
    name: 'a text as large as the window allows',
    from: 'garden',
    within: DIALOG,
    open: async (page) => {
      await button(page, 'Open seeds.txt').click();
      return page.locator(DIALOG).getByText('beans, peas');
    },
  },
  {
    name: 'all files of a room',
    from: 'garden',
    within: SIDE,
    open: async (page) => {
      await pressInHead(page, 'Files');
      return page.locator(SIDE).getByText('seeds.txt');
    },
    close: closeSide,
  },
];
