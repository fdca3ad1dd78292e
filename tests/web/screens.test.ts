/**
 * Every screen, dialog, menu and pane of the client, wide and as narrow as a phone, in light, dark and high contrast: axe finds
 * nothing, nothing stands over an edge, fingers hit what is to be pressed, and the focus is neither lost nor left outside.
 * A new screen is a row in a table of `screens/`; screens.long.test.ts takes them in more windows.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { needs } from '../services.ts';
import type { Screen } from './screens/screen.ts';
import { openTour, type Tour } from './screens/tour.ts';
import { faultsOf, getsFocus } from './support/inspect.ts';

setDefaultTimeout(300_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('every screen', () => {
  let tour: Tour;
  beforeAll(async () => {
    tour = await openTour(chromium ?? '');
  });
  afterAll(() => tour?.close());

  test('C1 T17: nothing is wrong with any of them in a wide window', async () => {
    expect(await tour.faults('wide', ({ costly }) => (costly ? undefined : 'themes'))).toEqual([]);
  });

  test('C1 T17: nothing is wrong with any of them under a finger', async () => {
    // What is only a part of the page is drawn as in a wide window: axe would say the same.
    const isOther = ({ within, only }: Screen) => within === undefined || only === 'narrow';
    const found = await tour.faults('narrow', (screen) =>
      screen.costly ? undefined : isOther(screen) ? 'light' : 'place',
    );
    expect(found).toEqual([]);
  });

  test('C1 T17: what others say is read out once; rows that scrolling draws are not', async () => {
    const { furnished, olive } = tour;
    const { page } = olive;
    await tour.resize(olive, 'wide');
    await tour.show(page, 'wide', 'garden');
    const read = page.getByRole('status', { name: 'New messages' });
    await page.getByRole('log').getByText('the list').waitFor();
    expect(await read.textContent()).toBe('');
    expect(await page.getByRole('log', { name: 'Messages in #garden' }).getAttribute('aria-live')).toBe(
      'off',
    );
    await furnished.bob.send('garden', 'is **anybody** there?');
    await read.getByText('bob: is anybody there?').waitFor();
    await furnished.olive.send('garden', 'I am');
    await furnished.bob.send('garden', 'good');
    await read.getByText('bob: good').waitFor();
    expect(await read.textContent()).not.toContain('I am');
  });

  test('C1 T17: who works by keys never has to begin anew: after deleting, and from room to room', async () => {
    const { furnished, olive } = tour;
    const { page } = olive;
    await tour.show(page, 'wide', 'garden');
    await furnished.olive.send('garden', 'to be deleted');
    const row = page.locator('main article', { hasText: 'to be deleted' });
    await row.press('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).press('Enter');
    await row.waitFor({ state: 'detached' });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await getsFocus(page)).toBe(true);
    for (const [key, room] of [
      ['Alt+ArrowDown', 'news'],
      ['Alt+ArrowUp', 'garden'],
      ['Alt+ArrowUp', 'empty'],
    ] as const) {
      await page.keyboard.press(key);
      await page.locator('main').getByRole('heading', { level: 1, name: room }).waitFor();
      expect([key, await getsFocus(page)]).toEqual([key, true]);
    }
  });

  test('C1 T17: without the server nothing is wrong with what says so', async () => {
    const { house, olive } = tour;
    const { page } = olive;
    await tour.resize(olive, 'narrow');
    await tour.show(page, 'narrow', 'garden');
    await house.kill();
    await page.getByText('You can go on reading and writing').waitFor();
    expect(await faultsOf(page, 'themes')).toEqual([]);
    await tour.resize(olive, 'wide');
    // Colours are the same in any width.
    expect(await faultsOf(page, 'light')).toEqual([]);
  });
});
