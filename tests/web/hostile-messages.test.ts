/** The same in the client itself, from the server: what people are sent, what it names, and what the server is told. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { PAYLOADS } from '@sotto/web/testing';
import { needs } from '../services.ts';
import { type House, openHouse } from './support/house.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');
/** Of all sorts, and few enough for the limits of an account. */
const SENT = PAYLOADS.filter((_, at) => at % 20 === 0);

describe.skipIf(chromium === undefined)('[TEXT-1] [TEXT-8] M9 C1: messages in the client', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
  });
  afterAll(() => house?.close());

  test('hostile ones run nothing and nobody reports anything; mentions and references are what they name', async () => {
    const mallory = await house.friend('mallory');
    const { page, complaints, close } = await house.member('alice');
    for (const text of SENT) await mallory.send('lobby', text);
    await mallory.send('lobby', 'for **@alice**, not @nobody: see #lobby/1 in #nowhere');
    await mallory.send('lobby', 'the end');
    await page.goto(`${house.origin}/#/room/1`);
    const list = page.getByRole('log');
    await list.getByText('the end', { exact: true }).waitFor();
    await list.locator('strong').getByRole('button', { name: '@alice' }).waitFor();
    expect(await list.getByRole('button', { name: '@nobody' }).count()).toBe(0);
    expect(await list.getByRole('link', { name: '#lobby/1' }).getAttribute('href')).toBe('#/room/1/m/1');
    expect(await list.getByRole('link', { name: '#nowhere' }).count()).toBe(0);
    expect(await list.locator('script, img, iframe, object, embed, form').count()).toBe(0);
    expect(complaints).toEqual([]);
    expect(await house.reports()).toEqual([]);
    await close();
  });
});
