/** Administration of the server, in the window. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import { TOTP } from 'otpauth';
import type { Locator, Page } from 'playwright-core';
import { needs } from '../services.ts';
import { until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import { PASSWORD, type Person } from './support/person.ts';
import { signIn, untilSignedIn } from './support/steps.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('administration', () => {
  let house: House;
  let bob: SottoClient;
  /** Owns the server. */
  let olive: Person;
  let page: Page;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '', { flags: ['--limits', 'on'] });
    olive = await house.member('olive');
    ({ page } = olive);
    bob = await house.friend('bob');
    await house.friend('carol');
    await bob.createRoom('tea');
    await bob.createRoom('secret', { private: true });
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('menuitem', { name: 'Administration' }).click();
  });
  afterAll(() => house?.close());

  const dialog = () => page.getByRole('dialog', { name: 'Administration' });
  const press = (name: string, within: Locator = dialog()) =>
    within.getByRole('button', { name, exact: true }).click();
  const tab = (name: string) => page.getByRole('tab', { name }).click();
  const users = () => page.getByRole('list', { name: 'Users' }).getByRole('listitem');
  const openUser = async (name: string) => {
    await tab('Users');
    await dialog().getByLabel('Find').fill(name);
    // Until it is found it may still move.
    await until(async () => (await users().count()) === 1);
    await users()
      .filter({ hasText: `@${name}` })
      .getByRole('button')
      .click();
    await page.getByRole('heading', { name }).waitFor();
  };

  test('C1 M8: users are found by a part of the name and by their standing', async () => {
    await users().nth(2).waitFor();
    expect(await users().first().textContent()).toContain('owns the server');
    await dialog().getByLabel('Find').fill('CAR');
    await until(async () => (await users().count()) === 1);
    expect(await users().textContent()).toContain('@carol');
    await dialog().getByLabel('Find').fill('nobody');
    await page.getByText('Nobody like that').waitFor();
    await dialog().getByLabel('Find').fill('');
    await dialog().getByLabel('Show').selectOption('administrators');
    await until(async () => (await users().count()) === 1);
    await dialog().getByLabel('Show').selectOption('all');
    await users().nth(2).waitFor();
  });

  test('C1 M8 A5: one user’s devices are seen with their addresses, and logged out; suspended with a reason, restored', async () => {
    await openUser('bob');
    await page.getByText(/connected by TLS from/).waitFor();
    await press('Suspend');
    await page.getByLabel('Reason').fill('spam');
    await press('Suspend');
    await page.getByText(/Suspended since .*spam/).waitFor();
    await until(() => bob.status.kind === 'stopped');
    await press('Restore');
    await press('Restore');
    await page.getByText('bob can log in again').waitFor();
    await dialog().getByRole('button', { name: 'Suspend', exact: true }).waitFor();
    const again = await house.device('bob');
    await press('Log out everywhere');
    await press('Log out everywhere');
    await until(() => again.status.kind === 'stopped');
    await page.getByText('No device').waitFor();
    await press('All users');
  });

  test('C1 A5: a lost password: the code that an administrator makes sets a new one, after the own password', async () => {
    await openUser('bob');
    await press('Recovery code');
    await page.getByLabel('Your own password').fill('wrong');
    await press('Recovery code');
    await page.getByText('The name or the password is wrong').waitFor();
    await page.getByLabel('Your own password').fill(PASSWORD);
    await press('Recovery code');
    const code = (await dialog().locator('code').textContent()) ?? '';
    await press('I have kept it');
    await press('All users');
    const { page: other, complaints, close } = await house.person();
    await other.getByRole('button', { name: 'Forgot your password?' }).click();
    await other.getByLabel('Name', { exact: true }).fill('bob');
    await other.getByLabel('New password').fill('another horse');
    await other.getByLabel('Recovery code').fill('AAAAA-AAAAA-AAAAA-AAAAA');
    await other.getByRole('button', { name: 'Set password' }).click();
    await other.getByText('This code is not good').waitFor();
    await other.getByLabel('Recovery code').fill(code);
    await other.getByRole('button', { name: 'Set password' }).click();
    await untilSignedIn(other);
    expect(complaints.filter((text) => !text.includes('status of'))).toEqual([]);
    await close();
  });

  test('C1 A8: a second factor that somebody has lost is reset, and is not offered where there is none', async () => {
    const { secondFactor } = (await house.friend('dan')).account;
    const { secret } = await secondFactor.enrol(PASSWORD);
    await secondFactor.confirm(new TOTP({ secret }).generate());
    await openUser('dan');
    await press('Reset second factor');
    await page.getByLabel('Your own password').fill(PASSWORD);
    await press('Reset second factor');
    await page.getByText('dan logs in with the password alone.', { exact: true }).waitFor();
    await dialog().getByRole('button', { name: 'Recovery code' }).waitFor();
    await until(
      async () => (await dialog().getByRole('button', { name: 'Reset second factor' }).count()) === 0,
    );
    await house.device('dan');
    await press('All users');
  });

  test('C1 M10: somebody administers the server, sees what is for them, and no more', async () => {
    await openUser('carol');
    await press('Make administrator');
    await page.getByLabel('Your own password').fill('wrong');
    await press('Make administrator');
    await page.getByText('The name or the password is wrong').waitFor();
    await page.getByLabel('Your own password').fill(PASSWORD);
    await press('Make administrator');
    await page.getByText('carol administers the server').waitFor();
    await press('All users');
    const { page: hers, close } = await house.person();
    await signIn(hers, 'carol');
    await hers.getByRole('button', { name: 'Settings' }).click();
    await hers.getByRole('menuitem', { name: 'Administration' }).click();
    await hers.getByRole('list', { name: 'Users' }).getByRole('button', { name: /olive/ }).click();
    await hers.getByText('owns the server').waitFor();
    // Nobody does anything to the owner.
    expect(await hers.getByRole('button', { name: /^(Suspend|Delete account|Recovery code)$/ }).count()).toBe(
      0,
    );
    await hers.getByRole('button', { name: 'All users' }).click();
    await hers.getByRole('list', { name: 'Users' }).getByRole('button', { name: /bob/ }).click();
    await hers.getByRole('button', { name: 'Suspend' }).waitFor();
    expect(await hers.getByRole('button', { name: 'Make administrator' }).count()).toBe(0);
    await close();
    await openUser('carol');
    await press('Take administration');
    await press('Take administration');
    await page.getByText('carol administers the server no more').waitFor();
    await press('All users');
  });

  test('C1 A6: an invite code is made, shown once, listed, and taken back', async () => {
    await tab('Invite codes');
    await page.getByText('Registration is open').waitFor();
    const codes = page.getByRole('list', { name: 'Invite codes' }).getByRole('listitem');
    await page.getByText('No codes').waitFor();
    await page.getByLabel('Accounts it makes').fill('5');
    await press('Make a code');
    expect(await dialog().locator('code').textContent()).toMatch(/^(\w{5}-){3}\w{5}$/);
    await press('I have kept it');
    const made = codes.filter({ hasText: '5 accounts left' });
    await made.getByRole('button', { name: /Take back/ }).click();
    await made.waitFor({ state: 'detached' });
    await page.getByText('No codes').waitFor();
  });

  test('C1 M4: rooms are listed with their size, private ones without their names', async () => {
    await tab('Rooms');
    const rooms = page.getByRole('list', { name: 'Rooms' }).getByRole('listitem');
    await rooms.nth(2).waitFor();
    const texts = await rooms.allTextContents();
    expect(texts[1]).toMatch(/tea.*public · 1 member/);
    expect(texts[2]).toMatch(/Room \d+.*private · 1 member/);
    expect(texts.join()).not.toContain('secret');
    await dialog().getByLabel('Find').fill('secret');
    await page.getByText('No such room').waitFor();
  });

  test('C1 O7: limits and health are shown in numbers, which go on', async () => {
    await tab('Limits');
    await page.getByText('Messages of one account').waitFor();
    await page.getByText('Nothing was refused').waitFor();
    await tab('Health');
    await page.getByText(/TLS on \d+/).waitFor();
    await page.getByText(/Bun \d/).waitFor();
    const events = dialog().locator('dl > div').filter({ hasText: 'Events' });
    await until(async () => /\d\/s/.test((await events.textContent()) ?? ''));
  });

  test('C1 M10: the audit log goes back page by page, and is filtered by person and by what was done', async () => {
    const { admin } = await house.device('olive');
    for (let time = 0; time < 25; time++) {
      await admin.suspend('carol');
      await admin.restore('carol');
    }
    await tab('Audit');
    const entries = page.getByRole('list', { name: 'Audit' }).getByRole('listitem');
    await until(async () => (await entries.count()) === 50);
    await press('Show more');
    await entries.filter({ hasText: 'suspended bob' }).filter({ hasText: 'spam' }).waitFor();
    await dialog().getByLabel('By or about').fill('bob');
    await until(async () => (await entries.filter({ hasText: 'carol' }).count()) === 0);
    await dialog().getByLabel('By or about').fill('carol');
    await dialog().getByLabel('What').selectOption('appointed');
    await until(async () => (await entries.count()) === 1);
    expect(await entries.textContent()).toContain('olive appointed carol');
    await dialog().getByLabel('By or about').fill('nobody');
    await page.getByText('Nothing like that was done').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('C1 A8: an account is deleted, and the list is there again', async () => {
    await openUser('bob');
    await press('Delete account');
    await page.getByLabel('Your own password').fill(PASSWORD);
    await press('Delete account');
    await page.getByText('The account of bob is deleted').waitFor();
    await dialog().getByLabel('Find').fill('');
    await until(async () => (await users().count()) === 3);
    expect(olive.complaints).toEqual([]);
  });

  test('C1 A7: whoever does not administer the server is not offered it', async () => {
    const { page: hers, close } = await house.person();
    await signIn(hers, 'carol');
    await hers.getByRole('button', { name: 'Settings' }).click();
    await hers.getByRole('menuitem', { name: 'Log out' }).waitFor();
    expect(await hers.getByRole('menuitem', { name: 'Administration' }).count()).toBe(0);
    await close();
  });
});
