/**
 * Every screen, dialog, menu and pane of the client, wide and as narrow as a phone, in light, dark and high contrast: axe finds
 * nothing, nothing stands over an edge, fingers hit what is to be pressed, and the focus is neither lost nor left outside.
 * A new screen is a row in a table of `screens/`.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { CDPSession, Page } from 'playwright-core';
import { needs } from '../services.ts';
import { ACCOUNT_SCREENS } from './screens/account.ts';
import { CONVERSATION_SCREENS } from './screens/conversation.ts';
import { FILE_SCREENS } from './screens/files.ts';
import { type Furnished, furnish } from './screens/furnish.ts';
import { PEOPLE_SCREENS } from './screens/people.ts';
import { ROOM_SCREENS } from './screens/rooms.ts';
import type { Screen } from './screens/screen.ts';
import { SIGN_IN_SCREENS } from './screens/sign-in.ts';
import { faultsOn } from './screens/walk.ts';
import { type House, openHouse } from './support/house.ts';
import { faultsOf, getsFocus, misplaced } from './support/inspect.ts';
import type { Person } from './support/person.ts';
import { signIn } from './support/steps.ts';

setDefaultTimeout(300_000);
const chromium = needs('chromium');
const SCREENS = [
  ...SIGN_IN_SCREENS,
  ...ROOM_SCREENS,
  ...CONVERSATION_SCREENS,
  ...PEOPLE_SCREENS,
  ...FILE_SCREENS,
  ...ACCOUNT_SCREENS,
];
const SIZES = {
  wide: { width: 1280, height: 740, fontPx: 16, touch: false, panes: 'wide' },
  narrow: { width: 360, height: 740, fontPx: 16, touch: true, panes: 'narrow' },
  /** Text at twice its size; the colours were looked at. */
  large: { width: 1280, height: 1480, fontPx: 32, touch: false, panes: 'narrow' },
} as const;
type Size = keyof typeof SIZES;
const isIn = ({ only }: Screen, size: Size): boolean => only === undefined || only === SIZES[size].panes;

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
    else await page.locator('main').getByRole('heading', { level: 1 }).waitFor();
  };

  /** What they emulate lasts as long as they do. */
  const sessions = new Map<Page, CDPSession>();
  const walk = async (
    person: Person,
    isWanted: (screen: Screen) => boolean,
    size: Size,
  ): Promise<string[]> => {
    const { page, context } = person;
    const { width, height, fontPx, touch } = SIZES[size];
    await page.setViewportSize({ width, height });
    const session = sessions.get(page) ?? (await context.newCDPSession(page));
    sessions.set(page, session);
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: touch });
    await session.send('Page.setFontSizes', { fontSizes: { standard: fontPx, fixed: fontPx } });
    const look = (within?: string) =>
      size === 'large' ? misplaced(page, within) : faultsOf(page, { within, inAllThemes: size === 'wide' });
    const found: string[] = [];
    for (const screen of SCREENS.filter((each) => isWanted(each) && isIn(each, size)))
      found.push(...(await faultsOn(page, screen, () => show(page, screen), look)));
    return found;
  };

  test.each(Object.keys(SIZES) as Size[])('C1 T17: nothing is wrong with any of them: %s', async (size) => {
    const isFirst = ({ from }: Screen) => from === 'signIn';
    const found = await walk(stranger, isFirst, size);
    found.push(...(await walk(olive, (screen) => !isFirst(screen), size)));
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
    await walk(olive, () => false, 'wide');
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

  test('C1 T17: without the server nothing is wrong with what says so', async () => {
    const { page } = olive;
    await walk(olive, () => false, 'narrow');
    await show(page, { from: 'garden' });
    await house.kill();
    await page.getByText('You can go on reading and writing').waitFor();
    expect(await faultsOf(page, { inAllThemes: true })).toEqual([]);
    await walk(olive, () => false, 'wide');
    expect(await faultsOf(page, { inAllThemes: true })).toEqual([]);
  });
});
