/** The account's own dialog: how others see it, its devices, what keeps it safe, how the window looks. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { type House, openHouse } from './support/house.ts';
import { PASSWORD, type Person, type PersonOptions } from './support/person.ts';
import { signIn } from './support/steps.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('the account', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
  });
  afterAll(() => house?.close());

  /** Somebody new, with their account's dialog open. */
  const sit = async (name: string, options?: PersonOptions): Promise<Person> => {
    await house.friend(name);
    const person = await house.person(options);
    await signIn(person.page, name);
    await openAccount(person.page);
    return person;
  };

  test('C1 A3: what one wants to be called is saved, and stands in the window', async () => {
    const { page, complaints, close } = await sit('alice');
    await page.getByLabel('Shown as').fill('Alice Liddell');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Your profile is saved').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('navigation').getByText('Alice Liddell').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('C1 A4: another device is listed, and logged out', async () => {
    const friend = await house.friend('bob');
    const { page, close } = await house.person();
    await signIn(page, 'bob');
    await openAccount(page);
    await page.getByRole('tab', { name: 'Devices' }).click();
    const devices = page.getByRole('list', { name: 'Devices' }).getByRole('listitem');
    await devices.nth(1).waitFor();
    await page.getByRole('button', { name: /^Log out/ }).click();
    await devices.nth(1).waitFor({ state: 'detached' });
    expect(await devices.count()).toBe(1);
    expect(await devices.textContent()).toContain('this one');
    while (friend.status.kind !== 'stopped') await Bun.sleep(10);
    await close();
  });

  test('C1 A8: a second factor is turned on with an authenticator, tells recovery codes once, and is turned off', async () => {
    const { page, complaints, close } = await sit('cat');
    await page.getByRole('tab', { name: 'Security' }).click();
    await page.getByLabel('Password, to turn it on').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'QR code of the secret' }).waitFor();

    const secret = (await page.getByRole('dialog').locator('code').textContent()) ?? '';
    await page.getByLabel('Code that it shows').fill(new TOTP({ secret }).generate());
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
    expect(await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').count()).toBe(10);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('Recovery codes left: 10').waitFor();
    await page.getByLabel('Password, to turn it off').fill(PASSWORD);
    await page.getByRole('button', { name: 'Turn it off' }).click();
    await page.getByLabel('Password, to turn it on').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('C1: a theme that is chosen shows at once, also where the system prefers another, and stays', async () => {
    const { page, close } = await sit('dan', { colorScheme: 'dark' });
    const theme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    expect(await theme()).toBe('dark');
    await page.getByRole('tab', { name: 'This device' }).click();
    await page.getByLabel('Light').check();
    expect(await theme()).toBe('light');
    await page.reload();
    await page.getByRole('navigation', { name: 'Rooms and people' }).waitFor();
    expect(await theme()).toBe('light');
    await close();
  });
});

async function openAccount(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('menuitem', { name: 'Account' }).click();
  await page.getByRole('dialog', { name: 'Account' }).waitFor();
}
