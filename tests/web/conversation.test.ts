/** A conversation as it is read: long ones, what is new, a server that is away. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { field, openRoom, row, send, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/person.ts';

setDefaultTimeout(120_000);
const chromium = needs('chromium');
const COUNT = 600;

describe.skipIf(chromium === undefined)('a room that is read', () => {
  let house: House;
  let cam: SottoClient;
  let alice: Person;
  let page: Page;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    cam = await house.friend('cam');
    await cam.createRoom('garden');
    alice = await house.member('alice');
    page = alice.page;
    await field(page).waitFor();
  });
  afterAll(() => house?.close());

  const rows = () => page.locator('main section article').count();
  const list = () => page.getByRole('log', { name: /^Messages in/ });
  const say = async (from: number, to: number) => {
    const all = Array.from({ length: to - from }, (_, at) =>
      cam.send('garden', `message ${from + at} of the year`),
    );
    await Promise.all(all);
  };

  test('C1 T17: a room opens on the line of what is new, and reading to the end clears the counts', async () => {
    await say(0, COUNT);
    await cam.addMember('garden', 'alice');
    await openRoom(page, 'garden');
    await row(page, `message ${COUNT - 1} of`).waitFor();
    await say(COUNT, COUNT + 5);
    await row(page, `message ${COUNT + 4} of`).waitFor();
    await openRoom(page, 'lobby');
    await say(COUNT + 5, COUNT + 60);
    await openRoom(page, 'garden');
    const line = list().getByText('New', { exact: true });
    await line.waitFor();
    await row(page, `message ${COUNT + 5} of`).waitFor();
    await page.getByRole('button', { name: /^Jump to latest/ }).click();
    await row(page, `message ${COUNT + 59} of`).waitFor();
    const counted = page.getByRole('navigation').getByRole('link', { name: /garden.*\d/ });
    await counted.waitFor({ state: 'detached' });
    await openRoom(page, 'lobby');
    await openRoom(page, 'garden');
    await row(page, `message ${COUNT + 59} of`).waitFor();
    expect(await line.count()).toBe(0);
  });

  test('C1 T17: one page is in the DOM, and what is read does not move while earlier messages come', async () => {
    await list().hover();
    let worst = 0;
    for (let step = 0; step < 30; step += 1) {
      const before = await middleRow(page);
      await page.mouse.wheel(0, -200);
      await until(async () => (await topOf(page, before.text)) !== before.top);
      await rested(page);
      const after = await topOf(page, before.text);
      if (after !== undefined) worst = Math.max(worst, Math.abs(after - before.top - 200));
      expect(await rows()).toBeLessThan(90);
    }
    // A row that is seen moves by as much as the wheel was turned.
    expect(worst).toBeLessThanOrEqual(4);
  });

  test('C1: what opens above the conversation moves nothing of it', async () => {
    const before = await field(page).boundingBox();
    await page.getByRole('button', { name: 'Emoji' }).click();
    await page.getByRole('dialog', { name: 'Emoji' }).waitFor();
    expect(await field(page).boundingBox()).toEqual(before);
    await page.keyboard.press('Escape');
  });

  test('C1 T17: what comes while one reads further up moves nothing, and stands at the end as it comes where one is there', async () => {
    await openRoom(page, 'lobby');
    await openRoom(page, 'garden');
    await row(page, `message ${COUNT + 59} of`).waitFor();
    await list().hover();
    await page.mouse.wheel(0, -400);
    await until(async () => (await belowPx(page)) > 100);
    await rested(page);
    const before = await middleRow(page);
    await say(COUNT + 60, COUNT + 90);
    await page.getByRole('button', { name: /30 new/ }).waitFor();
    await settled(page);
    expect(Math.abs(((await topOf(page, before.text)) ?? 0) - before.top)).toBeLessThanOrEqual(1);
    await page.getByRole('button', { name: /^Jump to latest/ }).click();
    await row(page, `message ${COUNT + 89} of`).waitFor();
    await until(async () => (await belowPx(page)) <= 1);
    await say(COUNT + 90, COUNT + 92);
    await row(page, `message ${COUNT + 91} of`).waitFor();
    await settled(page);
    expect(await belowPx(page)).toBeLessThanOrEqual(1);
    expect(await rows()).toBeLessThan(90);
  });

  test('C1: a row that grows before the list is told of a scroll leaves it at the end', async () => {
    for (const px of [100, 300, 500]) {
      // As a picture that has come meanwhile.
      await list().evaluate((log, height) => {
        const last = [...log.querySelectorAll<HTMLElement>('article')].at(-1);
        last?.style.setProperty('min-height', `${height}px`);
        log.dispatchEvent(new Event('scroll'));
      }, px);
      await settled(page);
      expect(await belowPx(page)).toBeLessThanOrEqual(1);
    }
    expect(await page.getByRole('button', { name: /^Jump to latest/ }).count()).toBe(0);
    await list().evaluate((log) => {
      for (const each of log.querySelectorAll('article')) each.removeAttribute('style');
    });
  });

  test('C1 T17: the row with the focus keeps it, however far one scrolls away, and arrows go on from there', async () => {
    const focused = () =>
      page.evaluate(() => document.activeElement?.closest('article')?.textContent ?? undefined);
    await row(page, `message ${COUNT + 91} of`).focus();
    await list().hover();
    for (let step = 0; step < 6; step += 1) {
      const before = await belowPx(page);
      await page.mouse.wheel(0, -900);
      await until(async () => (await belowPx(page)) > before);
    }
    expect(await focused()).toContain(`message ${COUNT + 91} of`);
    await page.keyboard.press('ArrowUp');
    await until(async () => (await focused())?.includes(`message ${COUNT + 90} of`) === true);
    expect(await row(page, `message ${COUNT + 90} of`).isVisible()).toBe(true);
    await page.keyboard.press('Home');
    await until(async () => (await focused())?.includes(`message ${COUNT + 90} of`) === false);
  });

  test('C1 M7: without the server what I send stays, with a clock, and goes out once when it is back', async () => {
    await openRoom(page, 'lobby');
    await send(page, 'before');
    await row(page, 'before')
      .getByText(/server has it|everybody/)
      .waitFor({ state: 'attached' });
    await house.kill();
    await send(page, 'while it is away');
    await row(page, 'while it is away')
      .getByText(/Waiting to be sent|Being sent/)
      .waitFor({ state: 'attached' });
    expect(await row(page, 'before').count()).toBe(1);
    await house.start();
    await row(page, 'while it is away')
      .getByText(/server has it|everybody/)
      .waitFor({ state: 'attached', timeout: 60_000 });
    expect(await row(page, 'while it is away').count()).toBe(1);
  });

  test('C1 M7: what the server refuses stays in its place, and can be discarded', async () => {
    await until(() => cam.status.kind === 'online');
    await cam.openDirect('alice');
    await cam.sendDirect(['alice'], 'hello');
    await openRoom(page, 'cam');
    await row(page, 'hello').waitFor();
    await cam.account.settings.block('alice');
    await send(page, 'am I heard?');
    const refused = row(page, 'am I heard?');
    await refused.getByText('Not sent.').waitFor();
    await cam.account.settings.unblock('alice');
    await refused.getByRole('button', { name: 'Send again' }).click();
    await refused.getByText(/^(The server has it|Delivered|Read)$/).waitFor({ state: 'attached' });
    await cam.account.settings.block('alice');
    await send(page, 'and now?');
    await row(page, 'and now?').getByRole('button', { name: 'Discard' }).click();
    await until(async () => (await row(page, 'and now?').count()) === 0);
    expect(await row(page, 'am I heard?').count()).toBe(1);
  });
});

/** What follows from what was drawn last is drawn as well. */
const settled = (page: Page, count = 6) =>
  page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        let frames = 0;
        const count = () => {
          frames += 1;
          if (frames < wanted) requestAnimationFrame(count);
          else resolve();
        };
        count();
      }),
    count,
  );

/** The wheel turns it no further: it may do so in several steps. */
async function rested(page: Page): Promise<void> {
  let before: number | undefined;
  await until(async () => {
    const at = before;
    await settled(page, 3);
    before = await belowPx(page);
    return before === at;
  });
}

/** A row in the middle of the list: what it says, and where it is. */
function middleRow(page: Page): Promise<{ text: string; top: number }> {
  return page.evaluate(() => {
    const list = document.querySelector('main section [role=log]');
    const box = list?.getBoundingClientRect();
    const middle = (box?.top ?? 0) + (box?.height ?? 0) / 2;
    const all = [...(list?.querySelectorAll('article') ?? [])];
    const row = all.find((each) => each.getBoundingClientRect().bottom > middle);
    return { text: row?.textContent ?? '', top: row?.getBoundingClientRect().top ?? 0 };
  });
}

/** How far the end is from what is seen. */
function belowPx(page: Page): Promise<number> {
  return page.evaluate(() => {
    const list = document.querySelector('main section [role=log]');
    return list === null ? Number.NaN : list.scrollHeight - list.scrollTop - list.clientHeight;
  });
}

function topOf(page: Page, text: string): Promise<number | undefined> {
  return page.evaluate((wanted) => {
    const all = [...document.querySelectorAll('main section [role=log] article')];
    return all.find((each) => each.textContent === wanted)?.getBoundingClientRect().top;
  }, text);
}
