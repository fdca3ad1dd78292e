/** The page as browsers get it from the real server: what it may do, and what it may not. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { type House, openHouse } from './support/house.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('the client in Chromium, from the server itself', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
  });
  afterAll(() => house?.close());

  test('[WEB-1] C1: the page opens, and nothing of it asks for what the policy forbids', async () => {
    const { page, complaints, close } = await house.person();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.title()).toContain('Sotto');
    expect(complaints).toEqual([]);
    expect(await house.reports()).toEqual([]);
    await close();
  });

  test('C1 T17: axe finds nothing on the first screen, light, dark and with more contrast', async () => {
    for (const look of [{}, { colorScheme: 'dark' }, { contrast: 'more' }] as const) {
      const { page, close } = await house.person(look);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await violations(page)).toEqual([]);
      await close();
    }
  });
});
