/** The first screen: an account is made, entered, and left. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { hasFocus, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import { PASSWORD } from './support/person.ts';
import { signIn, untilSignedIn } from './support/steps.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');
const CLI = join(import.meta.dir, '../../packages/cli/src/main.ts');

const fill = async (page: Page, fields: Readonly<Record<string, string>>) => {
  for (const [label, text] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(text);
};

describe.skipIf(chromium === undefined)('signing in', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    await house.friend('alice');
  });
  afterAll(() => house?.close());

  test('[LOGIN-4] C1 A1: a wrong password is told in words, what was typed is kept, the right one opens the rooms', async () => {
    const { page, complaints, close } = await house.person();
    await fill(page, { Name: 'alice', Password: 'wrong' });
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toBe('The name or the password is wrong. Check both and try again.');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('alice');
    await fill(page, { Password: PASSWORD });
    await page.keyboard.press('Enter');
    await untilSignedIn(page);
    expect(complaints).toEqual([]);
    await close();
  });

  test('C1 A1: what logging in computes with is fetched when somebody logs in, not before', async () => {
    const { page, close } = await house.person();
    const bytes = () =>
      page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).decodedBodySize, 0),
      );
    await page.getByLabel('Name', { exact: true }).waitFor();
    const before = await bytes();
    await signIn(page, 'alice');
    // OPAQUE as WebAssembly in base64 is more than this alone.
    expect((await bytes()) - before).toBeGreaterThan(200_000);
    await close();
  });

  test('[ACCOUNT-4] C1 A1: registering: a bad name is told while typing, a taken one by the server; then one is in', async () => {
    const { page, complaints, close } = await house.person();
    await page.getByRole('tab', { name: 'Register' }).click();
    await fill(page, { Name: 'a b', Password: PASSWORD });
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    await fill(page, { Name: 'alice' });
    expect(await name.getAttribute('aria-invalid')).toBeNull();
    const password = page.getByLabel('Password', { exact: true });
    await password.fill('short');
    await page.getByRole('button', { name: 'Register' }).click();
    expect(await password.evaluate((it) => (it as HTMLInputElement).validity.tooShort)).toBe(true);
    await password.fill(PASSWORD);
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByText('This name is taken').waitFor();
    expect(await violations(page)).toEqual([]);
    await fill(page, { Name: 'nina' });
    await page.getByRole('button', { name: 'Register' }).click();
    await untilSignedIn(page);
    await page.getByText('nina').first().waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('C1 A8: a second factor is asked for after the password, again when mistyped, and then one is in', async () => {
    const friend = await house.friend('cat');
    const { secret } = await friend.account.secondFactor.enrol(PASSWORD);
    const [recovery = ''] = await friend.account.secondFactor.confirm(new TOTP({ secret }).generate());
    const { page, close } = await house.person();
    await fill(page, { Name: 'cat', Password: PASSWORD });
    await page.keyboard.press('Enter');
    const code = page.getByLabel('Code', { exact: true });
    await code.waitFor();
    await until(() => hasFocus(code));
    expect(await violations(page)).toEqual([]);
    await code.fill('nonsense');
    await page.keyboard.press('Enter');
    await page.getByText('The code is wrong').waitFor();
    await code.fill(recovery);
    await page.keyboard.press('Enter');
    await untilSignedIn(page);
    await close();
  });

  test('C1 A1: the session outlives the page, a second tab says where it is, and logging out ends it', async () => {
    const { page, complaints, close } = await house.person();
    await signIn(page, 'alice');
    await page.reload();
    await untilSignedIn(page);
    await page.getByText('alice').first().waitFor();
    const other = await page.context().newPage();
    await other.goto(house.origin);
    await other.getByText('Sotto is open in another tab').waitFor();
    expect(await violations(other)).toEqual([]);
    await other.close();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByLabel('Password', { exact: true }).waitFor();
    // Who logged out is not told that somebody ended their session.
    expect(await page.locator('form, [role=status]').allInnerTexts()).not.toContainEqual(
      expect.stringMatching(/session|logged out/),
    );
    await page.reload();
    await page.getByLabel('Password', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('[STORE-5] C1: a page that is busy while it is loaded again is not told that another tab has it', async () => {
    const { page, close } = await house.person();
    await page.getByLabel('Name', { exact: true }).waitFor();
    await page.addInitScript(() => {
      const { locks } = navigator;
      const request = locks.request.bind(locks) as (...all: unknown[]) => Promise<unknown>;
      const busily = (...all: unknown[]) => {
        const asked = request(...all);
        const endMs = performance.now() + 1_500;
        while (performance.now() < endMs);
        return asked;
      };
      Object.assign(locks, { request: busily });
    });
    await page.reload();
    const elsewhere = page.getByText('Sotto is open in another tab');
    await page.getByLabel('Name', { exact: true }).or(elsewhere).waitFor();
    expect(await elsewhere.count()).toBe(0);
    await close();
  });

  test('C1: a session that was ended elsewhere says so on the first screen', async () => {
    const friend = await house.friend('dan');
    const { page, close } = await house.person();
    await signIn(page, 'dan');
    const devices = await friend.account.devices();
    const there = devices.find(({ current }) => !current);
    if (there === undefined) throw new Error('the page has no device');
    await friend.account.revokeDevice(there.number);
    await page.getByLabel('Password', { exact: true }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Log in again' }).waitFor();
    await close();
  });

  test('C1 A6: where an invite code is needed it is asked for, a wrong one is told, the right one opens', async () => {
    await house.kill();
    await house.start('--registration', 'invite');
    const { page, complaints, close } = await house.person();
    // A server that makes whoever guessed wait is not wrong.
    page.setDefaultTimeout(30_000);
    await page.getByRole('tab', { name: 'Register' }).click();
    await fill(page, { 'Invite code': 'nothing', Name: 'ines', Password: PASSWORD });
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByText('Registering here needs a code').waitFor();
    await fill(page, { 'Invite code': await inviteCode(house) });
    await page.getByRole('button', { name: 'Register' }).click();
    await untilSignedIn(page);
    expect(complaints).toEqual([]);
    await close();
  });

  test('C1 A6: where nobody may, it says whom to ask', async () => {
    await house.kill();
    await house.start('--registration', 'closed');
    const { page, close } = await house.person();
    await page.getByRole('tab', { name: 'Register' }).click();
    await page.getByText('This server takes no new accounts').waitFor();
    expect(await page.getByRole('button', { name: 'Register' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await close();
  });
});

async function inviteCode({ directory }: House): Promise<string> {
  const words = [process.execPath, CLI, 'admin', 'invite', '--data', directory];
  const child = Bun.spawn(words, { stdout: 'pipe', stderr: 'inherit' });
  return (await new Response(child.stdout).text()).trim();
}
