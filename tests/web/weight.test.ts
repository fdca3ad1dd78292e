/** What a browser really fetches until somebody can read and write, whatever the bundler says of it. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { FIRST_LOAD_MAX_BYTES } from '@sotto/web/testing';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { type House, openHouse } from './support/house.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('the first load in Chromium', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
  });
  afterAll(() => house?.close());

  test('C1: whoever comes back with an empty cache fetches under 250 kB until the conversation is there', async () => {
    const bob = await house.friend('bob');
    const { number } = await bob.createRoom('tea');
    const { page, context, close } = await house.member('alice');
    await page.close();
    const again = await context.newPage();
    const session = await context.newCDPSession(again);
    await session.send('Network.clearBrowserCache');
    const fetched = weigh(again);
    await again.goto(`${house.origin}/#/room/${number}`);
    await again.getByRole('button', { name: 'Join' }).click();
    await again.getByRole('textbox', { name: /tea/ }).waitFor();
    const bytes = await fetched();
    expect(bytes).toBeGreaterThan(60_000);
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_MAX_BYTES);
    await close();
  });
});

/** Bodies as they went over the wire, of all that has come until the call. */
function weigh(page: Page): () => Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  return async () => (await Promise.all(sizes)).reduce((total, one) => total + one, 0);
}
