/** Rooms and people at the left of the window, and every way from one to another. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { field, hasFocus, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/person.ts';
import { signIn } from './support/steps.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('rooms and people', () => {
  let house: House;
  let bob: SottoClient;
  let alice: SottoClient;
  let desk: Person;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    bob = await house.friend('bob');
    alice = await house.friend('alice');
    await house.friend('tess');
    for (const name of ['tea', 'ops']) {
      await bob.createRoom(name, { topic: `All about ${name}` });
      await alice.joinRoom(name);
    }
    await bob.createRoom('garden', { topic: 'What grows' });
    await alice.sendDirect(['bob'], 'hello bob');
    await bob.send('tea', 'first');
    desk = await house.person();
    await signIn(desk.page, 'alice');
  });
  afterAll(() => house?.close());

  /** Alice at the same browser as before, in the lobby. */
  const sit = async (): Promise<Person> => {
    const { page, complaints } = desk;
    // What a test that failed left open.
    if ((await page.getByRole('dialog').or(page.getByRole('menu')).count()) > 0) await page.reload();
    await row(page, /lobby/).click();
    await opened(page, 'lobby');
    complaints.length = 0;
    return desk;
  };
  const row = (page: Page, name: RegExp) =>
    page.getByRole('navigation', { name: 'Rooms and people' }).getByRole('link', { name });
  const opened = (page: Page, name: string) =>
    page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

  test('[COUNTS-1] C1: what is unread stands at its room as it comes, mentions apart, and in the title', async () => {
    const { page, complaints } = await sit();
    await bob.send('ops', 'something');
    await row(page, /ops.*\b1 unread/).waitFor();
    await bob.send('ops', 'for @alice');
    await row(page, /ops.*\b1 mention/).waitFor();
    await until(async () => (await page.title()) === '(1) Sotto');
    await row(page, /ops/).click();
    await opened(page, 'ops');
    await row(page, /^ops$/).waitFor();
    await until(async () => (await page.title()) === 'Sotto');
    expect(complaints).toEqual([]);
  });

  test('C1: presence of people is a dot and a word, drafts are marked, and both follow', async () => {
    const { page } = await sit();
    await row(page, /online\s*bob/).waitFor();
    alice.account.settings.drafts.set('tea', 'to be said');
    await row(page, /tea.*draft/).waitFor();
    alice.account.settings.drafts.set('tea', '');
    await row(page, /^tea(?!.*draft)/).waitFor();
  });

  test('C1 T17: Ctrl+K, part of a name, Enter: by keyboard alone, in whichever order names are typed', async () => {
    const { page, complaints } = await sit();
    await page.keyboard.press('Control+k');
    const search = page.getByRole('combobox', { name: 'Room or person' });
    await search.waitFor();
    await until(() => hasFocus(search));
    await page.keyboard.type('te');
    await page.getByRole('option', { name: /tess/ }).waitFor();
    const chosen = (name: RegExp) => page.getByRole('option', { name, selected: true });
    await chosen(/tea/).waitFor();
    await page.keyboard.press('ArrowDown');
    await chosen(/tess/).waitFor();
    await page.keyboard.press('ArrowUp');
    await chosen(/tea/).waitFor();
    await page.keyboard.press('Enter');
    await opened(page, 'tea');
    await page.keyboard.press('Control+k');
    await search.waitFor();
    await page.keyboard.press('Escape');
    await search.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  test('C1 T17: Alt+Down and Alt+Up go through the list, arrows from row to row in it', async () => {
    const { page } = await sit();
    await page.keyboard.press('Alt+ArrowDown');
    await opened(page, 'ops');
    await page.keyboard.press('Alt+ArrowUp');
    await opened(page, 'lobby');
    // Entering a room takes the focus there, a moment after its name stands.
    await until(() => hasFocus(field(page)));
    await row(page, /lobby/).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await until(() => hasFocus(row(page, /tea/)));
    await page.keyboard.press('Enter');
    await opened(page, 'tea');
  });

  test('[ROOM-1] C1: a room is created, another is found among those of the server and joined', async () => {
    const { page, complaints } = await sit();
    await page.getByRole('button', { name: 'Add a room' }).click();
    await page.getByRole('menuitem', { name: 'Create a room' }).click();
    await page.getByLabel('Name', { exact: true }).fill('books');
    await page.keyboard.press('Enter');
    await opened(page, 'books');
    await page.getByText('Only you are here yet').waitFor();
    await page.getByRole('button', { name: 'Add people' }).click();
    await page.getByRole('tab', { name: 'Ways in', selected: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add a room' }).click();
    await page.getByRole('menuitem', { name: 'Browse rooms' }).click();
    await page.getByLabel('Find').fill('grows');
    await page.getByRole('button', { name: 'Join garden' }).click();
    await opened(page, 'garden');
    await page.locator('main header').getByText('What grows').waitFor();
    expect(complaints).toEqual([]);
  });

  test('C1: a name that is taken is told where it was typed, and what was typed is kept', async () => {
    const { page } = await sit();
    await page.getByRole('button', { name: 'Add a room' }).click();
    await page.getByRole('menuitem', { name: 'Create a room' }).click();
    await page.getByLabel('Name', { exact: true }).fill('tea');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('tea');
    await page.keyboard.press('Escape');
  });

  test('C1: who was asked into a room says yes, and is in it', async () => {
    const { page } = await sit();
    await bob.createRoom('secret', { private: true });
    await bob.inviteMember('secret', 'alice');
    await page.getByText('asks you into').waitFor();
    await page.getByRole('button', { name: 'Join', exact: true }).click();
    await opened(page, 'secret');
    await page.getByText('asks you into').waitFor({ state: 'detached' });
  });

  test('[ROOM-4] C1: direct messages with somebody are opened before there is one', async () => {
    const { page, complaints } = await sit();
    await page.getByRole('button', { name: 'Write to somebody' }).click();
    await page.getByLabel('Who').fill('tes');
    await page.getByRole('button', { name: /tess/ }).click();
    await opened(page, 'tess');
    await row(page, /tess/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('[PATH-11] C1 T17: the path and its round trip stand in the window, and open the history of paths', async () => {
    const { page } = await sit();
    const path = page.getByRole('button', { name: /^Connection: WebSocket · \d+ ms$/ });
    await path.click();
    const sheet = page.getByRole('dialog', { name: 'Connection' });
    const stays = sheet.getByRole('listitem');
    await stays.filter({ hasText: /^WebSocket .* – now$/ }).waitFor();
    expect(await stays.count()).toBe(1);
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
    await until(() => hasFocus(path));
  });

  test('C1: a room tells what it is; its topic is changed there, a code lets others in, and one leaves', async () => {
    const { number } = await alice.createRoom('attic');
    const { page, complaints } = await sit();
    await row(page, /attic/).click();
    await opened(page, 'attic');
    const about = page.getByRole('button', { name: 'About this room' });
    await about.click();
    await page.getByLabel('Notify me of').selectOption('nothing');
    const found = [...(await violations(page))];
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByLabel('Topic').fill('Under the roof');
    found.push(...(await violations(page)));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings of attic are saved').waitFor();
    expect((await alice.room(number)).settings.topic).toBe('Under the roof');
    await page.getByRole('tab', { name: 'Ways in' }).click();
    await page.getByRole('button', { name: 'Make a code' }).click();
    const code = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
    await bob.joinRoom({ code });
    found.push(...(await violations(page)));
    await page.keyboard.press('Escape');
    await page.locator('main header').getByText('Under the roof').waitFor();
    await row(page, /attic.*muted/).waitFor();
    await about.click();
    await page.getByRole('button', { name: 'Leave this room' }).click();
    await page.getByRole('button', { name: 'Leave attic' }).click();
    await row(page, /attic/).waitFor({ state: 'detached' });
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('C1: in a narrow window there is one pane, and a way back; the address and the history follow', async () => {
    const { page, close } = await house.person({ width: 360, height: 740, touch: true });
    await signIn(page, 'alice');
    const list = page.getByRole('navigation', { name: 'Rooms and people' });
    await row(page, /tea/).tap();
    await opened(page, 'tea');
    expect(await list.isVisible()).toBe(false);
    await page.goBack();
    await list.waitFor();
    await row(page, /tea/).tap();
    // What stands in front of the conversation is gone back from first, and leaves nothing in the history when it is closed.
    const search = page.getByRole('heading', { name: 'Search', exact: true });
    const isInFront = () => page.evaluate(() => (history.state as { front?: true } | null)?.front === true);
    for (const leave of [() => page.goBack(), () => page.getByLabel('Close search').tap()]) {
      // Messages have such a button too, while the focus is at them.
      await page.locator('main header').getByRole('button', { name: 'More' }).tap();
      await page.getByRole('menuitem', { name: 'Search this room' }).tap();
      await search.waitFor();
      await until(isInFront);
      await leave();
      await search.waitFor({ state: 'detached' });
      await until(async () => !(await isInFront()));
      await opened(page, 'tea');
    }
    await page.goBack();
    await list.waitFor();
    await row(page, /tea/).tap();
    await page.getByRole('link', { name: /Back to rooms/ }).tap();
    await list.waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await close();
  });

  test('C1: while the server is away a strip says what that means, and nothing is taken from the screen', async () => {
    const { page } = await sit();
    await house.kill();
    await page.getByText('You can go on reading and writing').waitFor();
    expect(await row(page, /tea/).isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await house.start();
    await page.getByText('You can go on reading and writing').waitFor({ state: 'detached', timeout: 30_000 });
  });
});
