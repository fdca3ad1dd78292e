/** Everything that one does all day, by the keyboard alone; commands, and the search. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import type { Locator, Page } from 'playwright-core';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { field, row, send, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import { PASSWORD, type Person } from './support/person.ts';
import { untilSignedIn } from './support/steps.ts';

setDefaultTimeout(90_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('by the keyboard alone', () => {
  let house: House;
  let cam: SottoClient;
  let alice: Person;
  let page: Page;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    cam = await house.friend('cam');
    await cam.createRoom('garden');
    await cam.createRoom('kitchen');
    const account = await house.friend('alice');
    for (const room of ['garden', 'kitchen']) await cam.addMember(room, 'alice');
    await account.close();
    await cam.send('garden', 'the tomatoes are ripe');
    await cam.send('kitchen', 'tomato soup on Sunday, https://example.org/soup');
    alice = await house.person();
    page = alice.page;
  });
  afterAll(() => house?.close());

  const type = (text: string) => page.keyboard.type(text);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** A room by the switcher, as fast as one types. */
  const go = async (name: string) => {
    await press('Control+k');
    await type(name);
    await press('Enter');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await until(() => hasFocus(field(page)));
  };
  /** The last message, from the text field. */
  const toMessages = async () => {
    await until(() => hasFocus(field(page)));
    for (let tabs = 0; tabs < 20 && !(await isRow(page)); tabs += 1) await press('Shift+Tab');
    expect(await isRow(page)).toBe(true);
  };
  const there = (text: string) =>
    row(page, text)
      .getByText(/server has it|everybody/)
      .waitFor({ state: 'attached' });
  const say = async (text: string) => {
    await until(() => hasFocus(field(page)));
    await type(text);
    await press('Enter');
  };

  test('C1: one signs in, goes to a room, answers, reacts and edits', async () => {
    await until(() => hasFocus(page.getByLabel('Name', { exact: true })));
    await type('alice');
    await tabTo(page, page.getByLabel('Password', { exact: true }));
    await type(PASSWORD);
    await press('Enter');
    await untilSignedIn(page);
    await field(page).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'garden' }).waitFor();
    await go('garden');
    await row(page, 'are ripe').waitFor();
    await say('who helps?');
    await there('who helps?');
    await toMessages();
    await focusRow(page, 'are ripe');
    await press('r');
    await page.getByText('Replying to').waitFor();
    await say('I come at noon');
    await row(page, 'I come at noon').getByText('the tomatoes are').waitFor();
    await there('I come at noon');
    await toMessages();
    await focusRow(page, 'are ripe');
    await press('+');
    await until(() => hasFocus(page.getByRole('searchbox', { name: 'Search emoji' })));
    await type('thumbs up');
    await press('Enter');
    await page
      .locator('article', { hasText: 'are ripe' })
      .getByRole('button', { name: '👍 1' })
      .first()
      .waitFor();
    await tabTo(page, field(page));
    await press('ArrowUp');
    await until(async () => (await field(page).inputValue()) === 'I come at noon');
    await press('Control+a');
    await say('I come at one');
    await row(page, 'I come at one').getByText('edited').waitFor();
  });

  test('C1: a thread is opened, written in and left', async () => {
    await toMessages();
    await focusRow(page, 'who helps?');
    await press('t');
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await until(() => hasFocus(thread.getByRole('textbox')));
    await type('with a basket');
    await press('Enter');
    await thread.locator('article', { hasText: 'with a basket' }).waitFor();
    await press('Escape');
    await thread.waitFor({ state: 'detached' });
    await until(() => hasFocus(field(page)));
    await row(page, 'who helps?').getByRole('button', { name: '1 reply' }).waitFor();
  });

  test('C1: the menu of a message opens where the focus is, which comes back to it', async () => {
    await toMessages();
    await focusRow(page, 'who helps?');
    await press('Shift+F10');
    await page.getByRole('menuitem', { name: /^Reply/ }).waitFor();
    expect(await violations(page)).toEqual([]);
    await press('Escape');
    await until(() => isRow(page));
    // Keys go to what the one before has opened, however fast they follow.
    await press('Shift+F10', 'e', 'Enter');
    await page.getByText('Editing').waitFor();
    await until(() => hasFocus(field(page)));
    expect(await field(page).inputValue()).toBe('who helps?');
    await press('Escape');
    await page.getByText('Editing').waitFor({ state: 'detached' });
    await toMessages();
    await focusRow(page, 'who helps?');
    await press('Shift+F10', 'd', 'Enter');
    await page.getByRole('dialog', { name: /Delete/ }).waitFor();
    await press('Escape');
    await until(() => isRow(page));
    await press('+');
    await until(() => hasFocus(page.getByRole('searchbox', { name: 'Search emoji' })));
    await press('Escape', 'Escape');
  });

  test('C1: keys that come before the menu does are not those of the message', async () => {
    const dora = await house.member('dora');
    const fetched = Promise.withResolvers<void>();
    await dora.page.route(/menu-base/, async (route) => {
      await fetched.promise;
      await route.continue();
    });
    await send(dora.page, 'as it is');
    const mine = row(dora.page, 'as it is');
    await mine.getByText(/server has it|everybody/).waitFor({ state: 'attached' });
    await mine.focus();
    for (const key of ['Shift+F10', 'e', 'x', 'Enter']) await dora.page.keyboard.press(key);
    expect(await dora.page.getByText('Editing').count()).toBe(0);
    expect(await mine.count()).toBe(1);
    fetched.resolve();
    await until(() => hasFocus(dora.page.getByRole('menu', { name: 'Message' })));
    await dora.page.keyboard.press('Escape');
    await until(() => hasFocus(mine));
    expect(dora.complaints).toEqual([]);
    await dora.close();
  });

  test('M9 C1: the search looks in all rooms, and leads from hit to message and on', async () => {
    await press('Control+Shift+f');
    await until(() => hasFocus(page.getByRole('searchbox', { name: 'Search all rooms' })));
    await type('tomato');
    const hits = page.getByRole('list', { name: 'Found messages' }).getByRole('button');
    // While it was typed, less of it was looked for.
    const marks = hits.first().locator('mark');
    await until(async () => (await marks.allTextContents()).join() === 'tomato');
    await until(async () => (await hits.count()) === 2);
    expect(await violations(page)).toEqual([]);
    await press('ArrowDown', 'Enter');
    await page.getByRole('heading', { level: 1, name: 'kitchen' }).waitFor();
    await until(async () => (await isRow(page)) && (await focused(page)).includes('tomato soup'));
    // What was found is still there.
    expect(await hits.count()).toBe(2);
    await tabTo(page, page.getByRole('button', { name: /^Filters/ }));
    await press('Enter');
    await tabTo(page, page.getByLabel('From', { exact: true }));
    await type('alice');
    await page.getByText('Nothing found').waitFor();
    await press('Control+Shift+f', 'Control+a');
    await type('from:cam has:link tom');
    await tabTo(page, page.getByRole('button', { name: 'Clear filters' }));
    await press('Enter');
    await until(async () => (await hits.count()) === 1);
    // The button is gone, and the focus went elsewhere in the pane.
    await until(() => page.evaluate(() => document.activeElement?.closest('aside') !== null));
    await press('Escape');
    await until(() => hasFocus(field(page)));
    await press('Control+k');
    await type('are ripe');
    await page.getByRole('option', { name: 'Search all messages for “are ripe”' }).waitFor();
    await press('Enter');
    await until(async () =>
      (await hits.allTextContents()).some((hit) => hit.includes('the tomatoes are ripe')),
    );
    await until(() => hasFocus(page.getByRole('searchbox', { name: 'Search all rooms' })));
    await press('Escape');
    await until(() => hasFocus(field(page)));
  });

  test('C1: in a narrow window the search covers one conversation, and not the next', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.evaluate(() => {
      location.hash = '#/';
    });
    await page.getByRole('heading', { level: 1, name: 'Sotto' }).waitFor({ state: 'attached' });
    await press('Control+Shift+f');
    const search = page.getByRole('searchbox', { name: 'Search all rooms' });
    await until(() => hasFocus(search));
    await page.goBack();
    await page.getByRole('navigation').getByRole('link', { name: 'garden' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'garden' }).waitFor();
    await until(() => hasFocus(field(page)));
    await search.waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 800 });
    await go('kitchen');
  });

  test('C1: the keys of rooms go around, and Escape reads', async () => {
    await press('Alt+ArrowDown');
    await page.getByRole('heading', { level: 1, name: 'lobby' }).waitFor();
    await press('Alt+ArrowUp');
    await page.getByRole('heading', { level: 1, name: 'kitchen' }).waitFor();
    await cam.send('garden', 'is anybody there?');
    const unread = page.getByRole('navigation').getByRole('link', { name: /garden.*1/ });
    await unread.waitFor();
    await press('Alt+Shift+ArrowUp');
    await page.getByRole('heading', { level: 1, name: 'garden' }).waitFor();
    await press('Escape');
    await unread.waitFor({ state: 'detached' });
    await press('Control+/');
    await page.getByRole('heading', { name: 'Keys and commands' }).waitFor();
    await press('Escape');
    await until(() => hasFocus(field(page)));
  });

  test('C1 M10: a command explains itself, offers what it needs, and says what is wrong in its place', async () => {
    await cam.moderation.setRole('kitchen', 'alice', 'moderator');
    const bob = await house.friend('bob');
    await cam.addMember('kitchen', 'bob');
    await go('kitchen');
    await type('/');
    await page.getByRole('listbox', { name: 'Commands' }).waitFor();
    await until(async () => (await page.getByRole('option', { name: /^\/mute/ }).count()) === 1);
    expect(await page.getByRole('option', { name: /^\/admin/ }).count()).toBe(0);
    await type('mut');
    await press('Enter');
    await page.getByText('Let somebody read and not write.').waitFor({ state: 'attached' });
    await type('bo');
    await page.getByRole('option', { name: 'bob' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await press('Enter');
    await type('10x');
    await press('Enter');
    await page.getByRole('alert').getByText('is no time').waitFor();
    expect(await field(page).inputValue()).toBe('/mute @bob 10x');
    await press('Backspace');
    await type('m');
    await press('Enter');
    await page.getByText('You muted bob').waitFor();
    await until(async () => (await field(page).inputValue()) === '');
    expect(await bob.room('kitchen')).toMatchObject({ mutedUntil: expect.any(Date) });
  });

  test('C1: what one may not do is not offered; two slashes, and paths, are texts', async () => {
    await go('garden');
    await type('/');
    await page.getByRole('option', { name: /^\/leave/ }).waitFor();
    expect(await page.getByRole('option', { name: /^\/(mute|kick|ban)/ }).count()).toBe(0);
    await type('kick bob');
    await press('Enter');
    await page.getByRole('alert').getByText('You may not do that in this room').waitFor();
    await press('Control+a');
    await type('/nothing');
    await press('Enter');
    await page.getByRole('alert').getByText('There is no command /nothing').waitFor();
    await press('Control+a');
    await say('//shrug it is');
    await row(page, '/shrug it is').waitFor();
    await say('/home/alice is where I am');
    await there('/home/alice');
    await say('/react ^ :tada:');
    await row(page, '/home/alice').getByRole('button', { name: '🎉 1' }).waitFor();
    await say('/search soup');
    await page.getByRole('list', { name: 'Found messages' }).getByRole('button', { name: /soup/ }).waitFor();
    await press('Escape');
    expect(await row(page, '//shrug').count()).toBe(0);
  });

  test('C1: a file is attached and sent, and one logs out', async () => {
    // Asked for early: the browser is told to hand the choice over, which takes a moment.
    const chosen = page.waitForEvent('filechooser', { timeout: 60_000 });
    await tabTo(page, page.getByRole('button', { name: 'Attach files' }));
    await press('Enter');
    await (await chosen).setFiles({
      name: 'seeds.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('beans'),
    });
    await page.getByText('seeds.txt').first().waitFor();
    await until(() => hasFocus(field(page)));
    await press('Enter');
    await row(page, 'seeds.txt').waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Settings' }));
    await press('Enter');
    await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    await press('End', 'Enter');
    await page.getByRole('button', { name: 'Log in' }).waitFor();
    expect([alice.complaints, await house.reports()]).toEqual([[], []]);
  });
});

const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement).catch(() => false);

const isRow = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.activeElement?.matches('[data-row]') === true);

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent ?? '');

const STEPS_MAX = 80;

/** With the Tab key, as far as it takes. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let step = 0; step < STEPS_MAX && !(await hasFocus(wanted)); step += 1)
    await page.keyboard.press('Tab');
  expect(await hasFocus(wanted)).toBe(true);
}

/** From one message to that which says so. */
async function focusRow(page: Page, text: string): Promise<void> {
  for (let step = 0; step < STEPS_MAX && !(await isOwnText(page, text)); step += 1) {
    await page.keyboard.press('ArrowUp');
  }
  expect(await isOwnText(page, text)).toBe(true);
}

/** Not as what it answers. */
const isOwnText = (page: Page, text: string): Promise<boolean> =>
  page.evaluate(
    (wanted) => document.activeElement?.getAttribute('aria-label')?.includes(wanted) === true,
    text,
  );
