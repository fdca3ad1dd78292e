/** How the client is noticed while nobody looks, what it says of newer versions, and what stands where a part of it failed. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { field, openRoom, row, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/person.ts';
import { untilSignedIn } from './support/steps.ts';

setDefaultTimeout(120_000);
const chromium = needs('chromium');

const THEMES = [
  { colorScheme: 'light', contrast: 'no-preference' },
  { colorScheme: 'dark', contrast: 'no-preference' },
  { colorScheme: 'dark', contrast: 'more' },
] as const;

interface Shown {
  title: string;
  body: string;
  isClosed: boolean;
}

describe.skipIf(chromium === undefined)('a window that nobody looks at', () => {
  let house: House;
  let bob: SottoClient;
  let alice: Person;
  let page: Page;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    bob = await house.friend('bob');
    await bob.createRoom('tea');
    alice = await house.member('alice');
    page = alice.page;
    await bob.addMember('tea', 'alice');
    await page.addInitScript(standIn);
    await page.reload();
    await field(page).waitFor();
    await untilAttentive();
  });
  afterAll(() => house?.close());

  const away = (is: boolean) => page.evaluate((value) => (globalThis as unknown as Stage).goAway(value), is);
  const shown = () =>
    page.evaluate(() =>
      (globalThis as unknown as Stage).shown.map(
        ({ title, options: { body }, isClosed }): Shown => ({ title, body, isClosed }),
      ),
    );
  /** What announces messages is fetched after the first load. */
  const untilAttentive = () => until(() => page.evaluate(() => (globalThis as unknown as Stage).isAttentive));
  const badge = () => page.evaluate(() => (globalThis as unknown as Stage).badge);
  const icon = () => page.locator('link[rel=icon]').getAttribute('href');

  test('C1 M9: it asks once there was something to tell, tells then, and a click leads to the message', async () => {
    expect(await page.getByRole('button', { name: 'Turn on notifications' }).count()).toBe(0);
    await away(true);
    await bob.sendDirect(['alice'], 'are you there?');
    await until(async () => (await page.title()) === '(1) Sotto');
    // The count of it may come before the message does.
    await page.getByText('Shall this device tell you next time?').waitFor();
    expect(await shown()).toEqual([]);
    await away(false);
    await inThemes(page, async () => expect(await violations(page)).toEqual([]));
    await page.getByRole('button', { name: 'Turn on notifications' }).click();
    await page.getByText('Shall this device tell you next time?').waitFor({ state: 'detached' });
    await away(true);
    await bob.send('tea', 'only said');
    await bob.send('tea', '**hey** @alice, tea?');
    // Of what is said in two rooms nothing promises the order.
    await until(async () => (await shown()).length === 1);
    await bob.sendDirect(['alice'], 'hello?');
    await until(async () => (await shown()).length === 2);
    expect(await shown()).toEqual([
      { title: 'bob in tea', body: 'hey @alice, tea?', isClosed: false },
      { title: 'bob', body: 'hello?', isClosed: false },
    ]);
    await until(async () => (await page.title()) === '(3) Sotto');
    await until(async () => (await badge()) === 3);
    expect(await icon()).toStartWith('blob:');
    await page.evaluate(() => (globalThis as unknown as Stage).shown[0]?.onclick?.());
    await away(false);
    await row(page, 'hey @alice').waitFor();
    const led = page.url();
    expect(led).toMatch(/#\/room\/\d+\/m\/\d+$/);
    // Whoever leaves sooner has not read it.
    await until(async () => (await page.title()) === '(2) Sotto');
    await openRoom(page, 'lobby');
    // As the worker says it, where only that can show them.
    await page.evaluate(
      (hash) =>
        navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { leadsTo: hash } })),
      new URL(led).hash,
    );
    await page.waitForURL(led);
    await row(page, 'hey @alice').waitFor();
    await openRoom(page, 'bob');
    await until(async () => (await shown()).every(({ isClosed }) => isClosed));
    await until(async () => (await page.title()) === 'Sotto');
    await openRoom(page, 'tea');
    await until(async () => (await icon()) === `${house.origin}/icon.svg`);
    await until(async () => (await badge()) === 0);
    await openRoom(page, 'bob');
  });

  test('C1: it is switched off, and the client installed, where the device is cared for', async () => {
    await page.evaluate(() => {
      const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), {
        prompt: async () => {
          document.body.dataset.prompted = 'yes';
        },
      });
      window.dispatchEvent(event);
    });
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('menuitem', { name: 'Account' }).click();
    await page.getByRole('tab', { name: 'This device' }).click();
    await page.getByRole('button', { name: 'Install Sotto' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Install Sotto' }).click();
    await page.getByRole('button', { name: 'Install Sotto' }).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.body.dataset.prompted)).toBe('yes');
    await page.getByRole('switch', { name: 'Tell me while I look elsewhere' }).uncheck();
    await page.keyboard.press('Escape');
    const before = (await shown()).length;
    await away(true);
    await bob.sendDirect(['alice'], 'still there?');
    await until(async () => (await page.title()) === '(1) Sotto');
    await row(page, 'still there?').waitFor();
    expect((await shown()).length).toBe(before);
    await away(false);
  });

  test('C1: a part that does not come leaves the rest as it is, and what was written', async () => {
    await openRoom(page, 'tea');
    await field(page).fill('half a thought');
    await page.route('**/assets/*keys-sheet*', (route) => route.abort());
    await page.keyboard.press('Control+/');
    const failure = page.getByRole('alert').filter({ hasText: 'A part of Sotto did not come' });
    await failure.waitFor();
    await inThemes(page, async () => expect(await violations(page)).toEqual([]));
    await failure.getByRole('button', { name: 'Close' }).click();
    await failure.waitFor({ state: 'detached' });
    await field(page).fill('half a thought more');
    await page.keyboard.press('Control+/');
    await failure.waitFor();
    await page.unroute('**/assets/*keys-sheet*');
    await failure.getByRole('button', { name: 'Reload' }).click();
    await untilSignedIn(page);
    await until(async () => (await field(page).inputValue()) === 'half a thought more');
    await page.keyboard.press('Control+/');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
  });

  test('C1: a pane that does not come is told, and comes when it is there', async () => {
    await page.route('**/assets/*members-pane*', (route) => route.abort());
    await page.getByRole('button', { name: 'Members', exact: true }).click();
    const told = page.getByRole('log', { name: 'Notices' }).getByText('A part of Sotto did not come');
    await told.waitFor();
    await page.getByRole('log', { name: 'Notices' }).getByRole('button', { name: 'Close' }).click();
    await page.unroute('**/assets/*members-pane*');
    await page.getByRole('button', { name: 'Members', exact: true }).click();
    await page.getByRole('button', { name: 'Members', exact: true }).click();
    await page.getByRole('complementary', { name: 'Members' }).getByText('bob').first().waitFor();
    expect(await told.count()).toBe(0);
  });

  test('C1: a conversation that cannot be drawn leaves the others, and what was written there', async () => {
    await openRoom(page, 'tea');
    await field(page).fill('not lost');
    await page.evaluate(() => {
      const broken = () => {
        throw new Error('cannot be drawn');
      };
      Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { get: broken });
      Intl.DateTimeFormat.prototype.formatToParts = broken;
    });
    await bob.send('tea', 'what breaks it');
    const failure = page.getByRole('alert').filter({ hasText: 'Something went wrong here' });
    await failure.getByText('cannot be drawn').waitFor();
    expect(await page.getByRole('link', { name: 'bob' }).first().isVisible()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await failure.getByRole('button', { name: 'Reload' }).click();
    await row(page, 'what breaks it').waitFor();
    await until(async () => (await field(page).inputValue()) === 'not lost');
    await field(page).fill('');
  });

  test('C1: a window of which the first part does not come says so, and what to do', async () => {
    const { page: other, close } = await house.person();
    await other.getByLabel('Name', { exact: true }).waitFor();
    await other.route('**/assets/sign-in*', (route) => route.abort());
    await other.reload();
    await other.getByText('A part of Sotto did not come').waitFor();
    expect(await violations(other)).toEqual([]);
    await other.unroute('**/assets/sign-in*');
    await other.getByRole('button', { name: 'Reload' }).click();
    await other.getByLabel('Name', { exact: true }).waitFor();
    await close();
  });

  test('C1: whoever has an old client open is told of the new one when the server is back with it', async () => {
    await untilAttentive();
    await house.kill();
    const body = '<!doctype html><script type="module" src="/assets/main-newer.js"></script>';
    await page.route(`${house.origin}/`, (route) => route.fulfill({ contentType: 'text/html', body }));
    await house.start();
    await page.getByText('A new version of Sotto is there').waitFor({ timeout: 30_000 });
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByText('A new version of Sotto is there').waitFor({ state: 'detached' });
    expect(alice.complaints.filter((text) => text.startsWith('policy:'))).toEqual([]);
  });
});

async function inThemes(page: Page, look: () => Promise<void>): Promise<void> {
  for (const theme of THEMES) {
    await page.emulateMedia(theme);
    await look();
  }
  await page.emulateMedia(THEMES[0]);
}

interface Stage {
  shown: { title: string; options: { body: string }; isClosed: boolean; onclick: (() => void) | null }[];
  /** Of an installed client. */
  badge: number;
  /** The client listens for clicks on what it announced, so it announces. */
  isAttentive: boolean;
  goAway(is: boolean): void;
}

/** Chromium without a window shows no notifications, and always looks. */
function standIn(): void {
  const stage = globalThis as unknown as Stage;
  stage.shown = [];
  class StandIn {
    static permission = 'default';
    static async requestPermission() {
      StandIn.permission = 'granted';
      return 'granted';
    }
    readonly title: string;
    readonly options: { body: string };
    isClosed = false;
    onclick: (() => void) | null = null;
    constructor(title: string, options: { body: string }) {
      this.title = title;
      this.options = options;
      stage.shown.push(this);
    }
    close() {
      this.isClosed = true;
    }
  }
  Object.assign(globalThis, { Notification: StandIn });
  stage.isAttentive = false;
  const { serviceWorker } = navigator;
  const listen = serviceWorker.addEventListener.bind(serviceWorker);
  serviceWorker.addEventListener = (kind: string, ...rest: [EventListenerOrEventListenerObject]) => {
    stage.isAttentive ||= kind === 'message';
    listen(kind, ...rest);
  };
  stage.badge = 0;
  const show = async (count = 0) => {
    stage.badge = count;
  };
  Object.assign(navigator, { setAppBadge: show, clearAppBadge: () => show() });
  let isAway = false;
  Object.defineProperty(document, 'visibilityState', { get: () => (isAway ? 'hidden' : 'visible') });
  document.hasFocus = () => !isAway;
  stage.goAway = (is) => {
    isAway = is;
    document.dispatchEvent(new Event('visibilitychange'));
  };
}
