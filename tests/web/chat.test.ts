/** Two people at their browsers, on the real server. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { field, openRoom, row, send, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/person.ts';

setDefaultTimeout(90_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('two people chatting', () => {
  let house: House;
  let alice: Person;
  let bob: Person;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    const cam = await house.friend('cam');
    await cam.createRoom('garden');
    void readAll(cam);
    alice = await house.member('alice');
    bob = await house.member('bob');
    for (const [name, { page }] of Object.entries({ alice, bob })) {
      await cam.addMember('garden', name);
      await openRoom(page, 'garden');
      await field(page).waitFor();
    }
  });
  afterAll(() => house?.close());

  test('C1 M1: what one sends the other sees, and each sees it once', async () => {
    await send(alice.page, 'hello bob');
    await row(bob.page, 'hello bob').waitFor();
    await row(alice.page, 'hello bob').waitFor();
    await send(bob.page, 'hello alice');
    await row(alice.page, 'hello alice').waitFor();
    expect([await row(alice.page, 'hello bob').count(), await row(bob.page, 'hello alice').count()]).toEqual([
      1, 1,
    ]);
    expect(await field(alice.page).inputValue()).toBe('');
  });

  test('C1 M5: the sender sees that it was read', async () => {
    await send(alice.page, 'are you there?');
    await row(bob.page, 'are you there?').waitFor();
    await row(alice.page, 'are you there?').getByText('Read by everybody').waitFor({ state: 'attached' });
  });

  test('C1 M5: a message is as high for its sender, marks and all, as for its reader', async () => {
    for (const text of ['head of a group', 'second of it']) await send(alice.page, text);
    await row(bob.page, 'second of it').waitFor();
    const mine = row(alice.page, 'second of it');
    await mine.getByText('Read by everybody').waitFor({ state: 'attached' });
    const heights = [mine, row(bob.page, 'second of it')].map(async (it) => (await it.boundingBox())?.height);
    const [sent, read] = await Promise.all(heights);
    expect(sent).toBe(read);
  });

  test('[WRITING-1] C1: who writes is shown, and no longer than they write', async () => {
    const told = alice.page.getByText('bob is writing');
    await field(bob.page).pressSequentially('so it goes');
    // Nobody promises that it is told: whoever goes on writing tells it again.
    await until(async () => {
      if ((await told.count()) > 0) return true;
      await bob.page.keyboard.type(' on');
      return false;
    });
    await field(bob.page).press('Enter');
    await row(alice.page, 'so it goes').waitFor();
    await told.waitFor({ state: 'detached' });
  });

  test('C1 M9: a reaction, an answer, an edit and a deletion are seen by both', async () => {
    await send(alice.page, 'shall we plant tomatoes?');
    const question = row(bob.page, 'shall we plant tomatoes?');
    await question.waitFor();
    await question.focus();
    await question.press('+');
    await bob.page.getByRole('searchbox', { name: 'Search emoji' }).fill('thumbs up');
    await bob.page
      .getByRole('dialog')
      .getByRole('button', { name: /thumbs up/i })
      .first()
      .click();
    await row(alice.page, 'tomatoes').getByRole('button', { name: '👍 1' }).waitFor();
    await question.focus();
    await question.press('r');
    await bob.page.getByText('Replying to').waitFor();
    await send(bob.page, 'yes, and beans');
    await row(alice.page, 'yes, and beans').getByText('shall we plant').waitFor();
    // Others may have it before its sender knows.
    await row(bob.page, 'yes, and beans')
      .getByText(/server has it|everybody/)
      .waitFor({ state: 'attached' });
    await field(bob.page).press('ArrowUp');
    await until(async () => (await field(bob.page).inputValue()) === 'yes, and beans');
    await send(bob.page, 'yes, and peas');
    await row(alice.page, 'yes, and peas').getByText('edited').waitFor();
    const answer = row(bob.page, 'yes, and peas');
    await answer.focus();
    await answer.press('Delete');
    await bob.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await until(async () => (await row(alice.page, 'yes, and peas').count()) === 0);
  });

  test('[THREAD-1] C1 M9: a thread is read and written beside the room', async () => {
    await send(alice.page, 'what about the roof?');
    const root = row(bob.page, 'what about the roof?');
    await root.waitFor();
    await root.focus();
    await root.press('t');
    const thread = bob.page.getByRole('complementary', { name: 'Thread' });
    await thread.getByRole('textbox').fill('I look at it on Sunday');
    await thread.getByRole('textbox').press('Enter');
    await thread.locator('article', { hasText: 'on Sunday' }).waitFor();
    await row(alice.page, 'what about the roof?').getByRole('button', { name: '1 reply' }).click();
    await alice.page.getByRole('complementary', { name: 'Thread' }).getByText('on Sunday').waitFor();
    expect(await row(alice.page, 'on Sunday').count()).toBe(0);
    await alice.page.getByRole('button', { name: 'Close thread' }).click();
    await bob.page.getByRole('button', { name: 'Close thread' }).click();
  });

  test('C1: members, search and pins stand beside the room', async () => {
    const { page } = alice;
    await page.getByRole('button', { name: 'Members' }).click();
    const members = page.getByRole('complementary', { name: 'Members' });
    await members.getByText('bob').first().waitFor();
    await page.keyboard.press('Control+f');
    await page.getByRole('searchbox').fill('tomatoes');
    await page.getByRole('list', { name: 'Found messages' }).getByRole('button').first().waitFor();
    await page.getByRole('list', { name: 'Found messages' }).getByRole('button').first().click();
    await row(page, 'shall we plant tomatoes?').waitFor();
    await page.getByRole('button', { name: 'Close search' }).click();
  });

  test('C1: names complete by the keyboard', async () => {
    const { page } = alice;
    await field(page).pressSequentially('ask @bo');
    await page.getByRole('option', { name: 'bob' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await field(page).inputValue()).toBe('ask @bob ');
    await field(page).fill('');
  });

  test('[SETTINGS-2] C1: what is written is kept when the page is loaded again', async () => {
    const { page } = alice;
    const phone = await house.device('alice');
    await field(page).fill('not yet');
    await until(() => phone.account.settings.drafts.get('garden')?.text === 'not yet');
    await page.reload();
    await field(page).waitFor();
    await until(async () => (await field(page).inputValue()) === 'not yet');
    await field(page).fill('');
  });

  test('C1: a file that is attached arrives, and can be kept', async () => {
    const buffer = Buffer.from('seeds: beans, peas\n');
    await alice.page
      .locator('input[type=file]')
      .setInputFiles({ name: 'seeds.txt', mimeType: 'text/plain', buffer });
    await alice.page.getByRole('list', { name: 'Attached files' }).getByText('seeds.txt').waitFor();
    await field(alice.page).press('Enter');
    const card = row(bob.page, 'seeds.txt');
    await card.waitFor();
    const download = bob.page.waitForEvent('download');
    await card.getByRole('button', { name: 'Save seeds.txt' }).click();
    const kept = await download;
    expect(kept.suggestedFilename()).toBe('seeds.txt');
    expect(await Bun.file(await kept.path()).text()).toBe('seeds: beans, peas\n');
  });

  test('C1: texts of others run nothing, and axe finds nothing', async () => {
    await send(alice.page, '<img src=x onerror=alert(1)> <script>alert(2)</script>');
    await row(bob.page, 'onerror').waitFor();
    expect(await violations(bob.page)).toEqual([]);
    await bob.page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(bob.page)).toEqual([]);
    await bob.page.emulateMedia({ contrast: 'more' });
    expect(await violations(bob.page)).toEqual([]);
    expect([alice.complaints, bob.complaints, await house.reports()]).toEqual([[], [], []]);
  });
});

/** Somebody who reads whatever comes, at once. */
async function readAll(client: SottoClient): Promise<void> {
  for await (const event of client.events()) {
    if (event.kind === 'message') client.markRead(event.message.room.number, event.message.sequence);
  }
}
