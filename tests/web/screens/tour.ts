/** A walk through the table of screens in windows of several sizes; a quick test and a long one take it. */
import type { CDPSession, Page } from 'playwright-core';
import { type House, openHouse } from '../support/house.ts';
import { faultsOf, type Look } from '../support/inspect.ts';
import type { Person } from '../support/person.ts';
import { signIn } from '../support/steps.ts';
import { type Furnished, furnish } from './furnish.ts';
import type { Screen } from './screen.ts';
import { SCREENS } from './table.ts';
import { faultsOn, loaded } from './walk.ts';

const SIZES = {
  wide: { width: 1280, height: 740, fontPx: 16, touch: false, panes: 'wide' },
  narrow: { width: 360, height: 740, fontPx: 16, touch: true, panes: 'narrow' },
  /** Text at twice its size. */
  large: { width: 1280, height: 1480, fontPx: 32, touch: false, panes: 'narrow' },
} as const;
export type Size = keyof typeof SIZES;

export interface Tour {
  readonly house: House;
  readonly furnished: Furnished;
  /** Owns the server, and is signed in. */
  readonly olive: Person;
  resize(person: Person, size: Size): Promise<void>;
  show(page: Page, size: Size, from: Screen['from']): Promise<void>;
  /** What is wrong with any screen, each looked at as `lookAt` says; left out where it says nothing. */
  faults(size: Size, lookAt: (screen: Screen) => Look | undefined): Promise<string[]>;
  close(): Promise<void>;
}

export async function openTour(chromium: string): Promise<Tour> {
  await using opened = new AsyncDisposableStack();
  const house = opened.adopt(await openHouse(chromium), (it) => it.close());
  const furnished = await furnish(house);
  const olive = await house.person();
  await signIn(olive.page, 'olive');
  const stranger = await house.person();
  const show = async (page: Page, size: Size, from: Screen['from']): Promise<void> => {
    if (from === 'signIn') return void (await page.reload());
    const list = page.getByRole('navigation', { name: 'Rooms and people' });
    if (from === 'rooms' && SIZES[size].panes === 'narrow') {
      await goTo(page, '#/');
      return list.waitFor();
    }
    // In a wide window the list stands beside any of them.
    const { number, title } = furnished.rooms[from === 'rooms' ? 'garden' : from];
    await goTo(page, `#/room/${number}`);
    await page.locator('main').getByRole('heading', { level: 1, name: title }).waitFor();
    await loaded(page);
  };
  const faults = async (size: Size, lookAt: (screen: Screen) => Look | undefined): Promise<string[]> => {
    const found: string[] = [];
    for (const person of [stranger, olive]) {
      await resize(person, size);
      const isTheirs = ({ from }: Screen) => (from === 'signIn') === (person === stranger);
      for (const screen of SCREENS.filter((each) => isTheirs(each) && isIn(each, size))) {
        const how = lookAt(screen);
        if (how === undefined) continue;
        const { page } = person;
        const look = () => faultsOf(page, how, screen.within);
        found.push(...(await faultsOn(page, screen, () => show(page, size, screen.from), look)));
      }
      found.push(...person.complaints.splice(0));
    }
    return found;
  };
  const owned = opened.move();
  return { house, furnished, olive, show, resize, faults, close: () => owned.disposeAsync() };
}

const isIn = ({ only }: Screen, size: Size): boolean => only === undefined || only === SIZES[size].panes;

const goTo = (page: Page, hash: string): Promise<void> =>
  page.evaluate((to) => {
    location.hash = to;
  }, hash);

/** What they emulate lasts as long as they do. */
const sessions = new WeakMap<Page, CDPSession>();

async function resize({ page, context }: Person, size: Size): Promise<void> {
  const { width, height, fontPx, touch, panes } = SIZES[size];
  await page.setViewportSize({ width, height });
  const session = sessions.get(page) ?? (await context.newCDPSession(page));
  sessions.set(page, session);
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: touch });
  await session.send('Page.setFontSizes', { fontSizes: { standard: fontPx, fixed: fontPx } });
  // What the page is told of it comes with the next frame.
  await page.waitForFunction(
    ([wanted, isTouch]) =>
      (matchMedia('(min-width: 50em)').matches ? 'wide' : 'narrow') === wanted &&
      matchMedia('(pointer: coarse)').matches === isTouch,
    [panes, touch] as const,
  );
}
