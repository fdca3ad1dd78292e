/** Administration of the server, in the window. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { type House, openHouse } from './support/house.ts';
import { signIn } from './support/steps.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('administration', () => {
  let house: House;
  let bob: SottoClient;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    await house.friend('olive');
    bob = await house.friend('bob');
  });
  afterAll(() => house?.close());

  const openMenu = (page: Page) => page.getByRole('button', { name: 'Settings' }).click();

  test('C1 A7: the owner suspends somebody, whose sessions end; it stands in the audit log; axe finds nothing', async () => {
    const { page, complaints, close } = await house.person();
    await signIn(page, 'olive');
    await page.getByRole('navigation').getByText('olive').waitFor();
    await openMenu(page);
    await page.getByRole('menuitem', { name: 'Administration' }).click();
    await page.getByRole('button', { name: 'Suspend bob' }).click();
    await page.getByText('bob is suspended').waitFor();
    while (bob.status.kind !== 'stopped') await Bun.sleep(10);
    const found = [...(await violations(page))];
    await page.getByRole('tab', { name: 'Limits' }).click();
    await page.getByText('Nothing was refused').waitFor();
    found.push(...(await violations(page)));
    await page.getByRole('tab', { name: 'Audit' }).click();
    await page.getByRole('row', { name: /olive.*suspend.*bob/ }).waitFor();
    found.push(...(await violations(page)));
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  test('C1 A7: whoever does not administer the server is not offered it', async () => {
    await house.friend('carol');
    const { page, close } = await house.person();
    await signIn(page, 'carol');
    await page.getByRole('navigation').getByText('carol').waitFor();
    await openMenu(page);
    await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    expect(await page.getByRole('menuitem', { name: 'Administration' }).count()).toBe(0);
    await close();
  });
});
