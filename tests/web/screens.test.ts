/**
 * Every screen, dialog, menu and pane of the client, wide and as narrow as a phone, in light, dark and high contrast: axe finds
 * nothing, nothing stands over an edge, fingers hit what is to be pressed, and the focus is neither lost nor left outside.
 * A new screen is a row in a table of `screens/`.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { ACCOUNT_SCREENS } from './screens/account.ts';
import { CONVERSATION_SCREENS } from './screens/conversation.ts';
import { FILE_SCREENS } from './screens/files.ts';
import { type Furnished, furnish } from './screens/furnish.ts';
import { PEOPLE_SCREENS } from './screens/people.ts';
import { ROOM_SCREENS } from './screens/rooms.ts';
import type { Screen } from './screens/screen.ts';
import { SIGN_IN_SCREENS } from './screens/sign-in.ts';
import { type House, openHouse } from './support/house.ts';
import { faultsOf, getsFocus } from './support/inspect.ts';
import type { Person } from './support/person.ts';
import { signIn } from './support/steps.ts';

setDefaultTimeout(120_000);
const chromium = needs('chromium');
const SCREENS = [
  ...SIGN_IN_SCREENS,
  ...ROOM_SCREENS,
  ...CONVERSATION_SCREENS,
  ...PEOPLE_SCREENS,
  ...FILE_SCREENS,
  ...ACCOUNT_SCREENS,
];
const WIDTHS = { wide: 1280, narrow: 360 } as const;

describe.skipIf(chromium === undefined)('every screen', () => {
  let house: House;
  let furnished: Furnished;
  let olive: Person;
  let stranger: Person;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    furnished = await furnish(house);
    olive = await house.person();
    olive.page.setDefaultTimeout(5_000);
    await signIn(olive.page, 'olive');
    stranger = await house.person();
    stranger.page.setDefaultTimeout(5_000);
  });
  afterAll(() => house?.close());

  const show = async (page: Page, { from }: Pick<Screen, 'from'>) => {
    if (from === 'signIn') {
      await page.reload();
      return;
    }
    const hash = from === 'rooms' ? '#/' : `#/room/${furnished.rooms[from]}`;
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
    if (from === 'rooms') await page.getByRole('navigation', { name: 'Rooms and people' }).waitFor();
    else await page.locator('main header').waitFor();
  };

  /** What is wrong with it, each said with its name; the next one can begin afterwards. */
  const faultsOn = async (page: Page, screen: Screen): Promise<string[]> => {
    const found: string[] = [];
    try {
      await show(page, screen);
      await screen.open(page);
      found.push(...(await faultsOf(page, screen.within)));
      const holds = screen.focus === undefined && screen.within !== undefined;
      if (holds && !(await getsFocus(page, screen.within))) found.push('the focus is outside');
      await (screen.close?.(page) ?? page.keyboard.press('Escape'));
      if (holds) {
        await page
          .locator(screen.within ?? '')
          .first()
          .waitFor({ state: 'detached' });
        if (!(await getsFocus(page))) found.push('the focus is lost');
      }
    } catch (error) {
      found.push(`${error}`);
      await page.reload();
    }
    return found.map((fault) => `${screen.name}: ${fault}`);
  };

  test.each(['wide', 'narrow'] as const)('C1 T17: nothing is wrong with any of them: %s', async (size) => {
    for (const { page, context } of [olive, stranger]) {
      await page.setViewportSize({ width: WIDTHS[size], height: 740 });
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setTouchEmulationEnabled', { enabled: size === 'narrow' });
    }
    const found: string[] = [];
    for (const screen of SCREENS) {
      if (screen.only !== undefined && screen.only !== size) continue;
      found.push(...(await faultsOn((screen.from === 'signIn' ? stranger : olive).page, screen)));
    }
    expect(found).toEqual([]);
    expect([...olive.complaints, ...stranger.complaints]).toEqual([]);
  });

  test('C1 T17: what others say is read out once; rows that scrolling draws are not', async () => {
    const { page } = olive;
    await show(page, { from: 'garden' });
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
    const { page } = olive;
    await page.setViewportSize({ width: WIDTHS.wide, height: 740 });
    await show(page, { from: 'garden' });
    await furnished.olive.send('garden', 'to be deleted');
    const row = page.locator('main article', { hasText: 'to be deleted' });
    await row.focus();
    await page.keyboard.press('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).press('Enter');
    await row.waitFor({ state: 'detached' });
    expect(await getsFocus(page)).toBe(true);
    for (const key of ['Alt+ArrowDown', 'Alt+ArrowUp', 'Alt+ArrowUp']) {
      await page.keyboard.press(key);
      expect([key, await getsFocus(page)]).toEqual([key, true]);
    }
  });
});
