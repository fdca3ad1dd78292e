/** What a browser keeps: there at once after a reload, without the server too, and exact when the server is back. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client/node';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/person.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

const rooms = (page: Page) => page.getByRole('navigation', { name: 'Rooms and people' });
const log = (page: Page) => page.getByRole('log');
const says = (page: Page, text: string) => log(page).getByText(text, { exact: true });

/** The names of what is kept, all of it as text, and how many messages wait to be sent. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('sotto/account');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const transaction = database.transaction(['kept', 'outbox']);
    const store = transaction.objectStore('kept');
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.onsuccess = () => resolve(request.result);
      });
    const [names, pages, unsent] = await Promise.all([
      settled(store.getAllKeys()),
      settled(store.getAll()),
      settled(transaction.objectStore('outbox').count()),
    ]);
    database.close();
    const words = pages.map((bytes: Uint8Array) => new TextDecoder().decode(bytes)).join('\n');
    return { names: names.map(String).sort(), words, unsent };
  });

/** How many transfers are kept, after one more is; as if the window had been closed meanwhile. */
const keptTransfers = (page: Page, more: readonly object[] = []) =>
  page.evaluate(async (added) => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await settled(indexedDB.open('sotto-transfers'));
    const store = database.transaction('transfers', 'readwrite').objectStore('transfers');
    for (const each of added) store.put(each);
    const count = await settled(store.count());
    database.close();
    return count;
  }, more);

async function openMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** All that the page may load later is in the browser. */
async function untilAllIsKept(page: Page): Promise<void> {
  const program = await page.evaluate(async () => (await fetch('/sw.js')).text());
  const paths = [...new Set(program.match(/\/assets\/[\w.-]+/g))].filter((path) => !path.endsWith('/'));
  expect(paths.length).toBeGreaterThan(10);
  const areKept = (wanted: string[]) =>
    Promise.all(wanted.map(async (path) => (await caches.match(path)) !== undefined));
  await until(async () => (await page.evaluate(areKept, paths)).every((isKept) => isKept));
}

describe.skipIf(chromium === undefined)('what a browser keeps of messages', () => {
  let house: House;
  let alice: Person;
  let bob: SottoClient;

  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    bob = await house.friend('bob');
    for (let index = 1; index <= 20; index += 1) await bob.send('lobby', `message ${index}`);
    alice = await house.member('alice', { worker: true });
    await bob.createRoom('attic', { private: true });
    await bob.addMember('attic', 'alice');
    await bob.send('attic', 'between us');
  });
  afterAll(() => house?.close());

  test('[KEPT-1] [KEPT-3] C1 T17: without the server, rooms and the last conversation are there after a reload', async () => {
    const { page } = alice;
    await rooms(page).getByRole('link', { name: /attic/ }).click();
    await says(page, 'between us').waitFor();
    await rooms(page).getByRole('link', { name: /lobby/ }).click();
    await says(page, 'message 20').waitFor();
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await until(async () => (await kept(page)).words.includes('between us'));
    await bob.send('lobby', 'right before');
    await says(page, 'right before').waitFor();
    await until(async () => (await kept(page)).words.includes('right before'));
    await untilAllIsKept(page);
    await house.kill();
    await page.reload();
    await says(page, 'right before').waitFor();
    await says(page, 'message 20').waitFor();
    await rooms(page).getByRole('link', { name: /attic/ }).click();
    await says(page, 'between us').waitFor();
    await page.getByText('Offline', { exact: false }).first().waitFor();
    // What was never opened before opens as well.
    await page.getByRole('button', { name: 'Pinned messages' }).click();
    await page.getByText('There is no connection to the server').waitFor();
    await page.getByRole('button', { name: 'Close pinned messages' }).click();
    await rooms(page).getByRole('link', { name: /lobby/ }).click();
    const field = page.getByRole('textbox', { name: /lobby/ });
    await field.fill('written offline');
    await field.press('Enter');
    await says(page, 'written offline').waitFor();
    // It is drawn before the browser has it.
    await until(async () => (await kept(page)).unsent === 1);
    await page.reload();
    await says(page, 'written offline').waitFor();
    // It may be one of theirs since: only the server knows.
    await page.evaluate(() => {
      location.hash = '#/room/999';
    });
    await page.locator('main').getByText('Conversation: loading').waitFor({ state: 'attached' });
    expect(await page.getByText('You are not in this room').count()).toBe(0);
    await rooms(page).getByRole('link', { name: /lobby/ }).click();
    await says(page, 'written offline').waitFor();
    await house.start();
    const arrived = async () => (await bob.messages('lobby', { limit: 5 })).messages.map(({ text }) => text);
    await until(async () => (await arrived().catch((): string[] => [])).includes('written offline'));
    await bob.send('lobby', 'back again');
    await says(page, 'back again').waitFor();
    for (const text of ['right before', 'written offline']) expect(await says(page, text).count()).toBe(1);
    expect((await arrived()).slice(-3)).toEqual(['right before', 'written offline', 'back again']);
  });

  test('[KEPT-4] M9 M10: what was edited, deleted, said and taken away meanwhile is so when the page is back', async () => {
    const { page } = alice;
    await page.goto('about:blank');
    const { messages } = await bob.messages('lobby', { limit: 50 });
    const find = (text: string) => messages.find((message) => message.text === text)?.sequence;
    const [edited, deleted, praised] = ['message 18', 'message 19', 'message 20'].map(find);
    if (edited === undefined || deleted === undefined || praised === undefined) throw new Error('not there');
    await bob.edit('lobby', edited, 'changed since');
    await bob.delete('lobby', deleted);
    await bob.react('lobby', praised, '🎉');
    await bob.send('lobby', 'said since');
    await bob.moderation.kick('attic', 'alice');
    await page.goto(house.origin);
    await says(page, 'said since').waitFor();
    await says(page, 'changed since').waitFor();
    await log(page).getByRole('button', { name: /🎉/ }).waitFor();
    for (const text of ['message 18', 'message 19']) await says(page, text).waitFor({ state: 'detached' });
    expect(await says(page, 'said since').count()).toBe(1);
    await until(async () => (await rooms(page).getByRole('link', { name: /attic/ }).count()) === 0);
    await until(async () => !(await kept(page)).words.includes('between us'));
    await until(async () => !(await kept(page)).words.includes('message 19'));
  });

  test('[KEPT-5] A5 C1: turned off, or logged out, nothing of it stays', async () => {
    const { page } = alice;
    await until(async () => (await kept(page)).names.length > 0);
    await openMenu(page, 'Account');
    await page.getByRole('tab', { name: 'This device' }).click();
    const keep = page.getByRole('switch', { name: 'Keep recent messages' });
    expect(await keep.isChecked()).toBe(true);
    expect(await keptTransfers(page, [{ id: '2/1', kind: 'download', account: 1, file: 'a secret' }])).toBe(
      1,
    );
    await keep.uncheck();
    await until(async () => (await kept(page)).names.length === 0);
    await page.reload();
    await says(page, 'said since').waitFor();
    expect((await kept(page)).names).toEqual([]);
    await until(async () => (await keptTransfers(page)) === 0);
    await page.evaluate(() => localStorage.removeItem('sotto.keep'));
    await page.reload();
    await says(page, 'said since').waitFor();
    await until(async () => (await kept(page)).words.includes('said since'));
    await openMenu(page, 'Log out');
    await page.getByLabel('Password', { exact: true }).waitFor();
    expect((await kept(page)).names).toEqual([]);
    expect(alice.complaints.filter((text) => !text.includes('ERR_') && !text.includes('WebSocket'))).toEqual(
      [],
    );
  });
});
