/** Order in a room, by two people at browsers: who moderates, and who is moderated. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import type { Page } from 'playwright-core';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { field, hasFocus, openRoom, row, send, until } from './support/chat.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/person.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('order in a room', () => {
  let house: House;
  let bob: Person;
  let alice: Person;
  let carol: SottoClient;
  let olive: SottoClient;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    // Who comes first owns the server.
    olive = await house.friend('olive');
    await olive.createRoom('garden', { topic: 'What grows' });
    carol = await house.friend('carol');
    bob = await house.member('bob');
    alice = await house.member('alice');
    for (const name of ['bob', 'carol', 'alice']) await olive.addMember('garden', name);
    await olive.moderation.setRole('garden', 'bob', 'admin');
    for (const { page } of [bob, alice]) await openRoom(page, 'garden');
  });
  afterAll(() => house?.close());

  const members = (page: Page) => page.getByRole('complementary', { name: 'Members' });
  const showMembers = async (page: Page) => {
    if (!(await members(page).isVisible())) await page.getByRole('button', { name: 'Members' }).click();
    await members(page).getByRole('button', { name: /carol/ }).first().waitFor();
  };
  const choose = async (page: Page, name: string, item: RegExp) => {
    await showMembers(page);
    await members(page)
      .getByRole('button', { name: `More about ${name}` })
      .click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  /** By Escape, of the one that is open. */
  const leaveMenu = async (page: Page) => {
    await page.locator('[role=menu]:focus, [role=menu] :focus').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
  };

  test('M10 C1: what happened stands in the conversation, in few quiet lines, and is told to whom it happened', async () => {
    await bob.page.getByText('olive made this room').waitFor();
    await bob.page.getByText('olive added you, carol and alice').waitFor();
    await bob.page.getByText('olive made you an admin').waitFor();
    await alice.page.getByText('olive added bob, carol and you').waitFor();
  });

  test('M10 C1: members stand by what they are and whether they are there', async () => {
    await showMembers(bob.page);
    const titles = async () =>
      (await members(bob.page).getByRole('heading', { level: 3 }).allInnerTexts()).join();
    // Who is there is known a moment after who belongs there.
    await until(async () => (await titles()) === 'Owners 1,Admins 1,Members 2');
  });

  test('M10 C1: a name tells who somebody is, and leads to writing to them; keys do it too', async () => {
    const { page } = bob;
    await carol.account.setProfile({
      displayName: 'Carol Danvers',
      about: 'I water the plants.',
      statusText: 'On the train',
      statusEmoji: '🚆',
      timeZone: 'Asia/Tokyo',
    });
    await carol.send('garden', 'Good morning @bob');
    const name = row(page, 'Good morning').getByRole('button', { name: 'Carol Danvers' });
    await name.click();
    const card = page.getByRole('dialog', { name: 'Profile of Carol Danvers' });
    await card.getByText('I water the plants.').waitFor();
    await card.getByText('🚆 On the train').waitFor();
    await card.getByText('@carol').waitFor();
    await card.getByText('Local time').waitFor();
    const found = [...(await violations(page))];
    await card.getByRole('button', { name: 'Mention' }).click();
    await until(async () => (await field(page).inputValue()) === '@carol ');
    await until(() => hasFocus(field(page)));
    await field(page).fill('');
    await showMembers(page);
    const first = members(page).getByRole('button', { name: /olive/ }).first();
    const last = members(page).getByRole('button', { name: /^online Carol/ });
    await last.waitFor();
    await first.focus();
    await page.keyboard.press('End');
    await until(() => hasFocus(last));
    await page.keyboard.press('Enter');
    await card.waitFor();
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    await until(() => hasFocus(last));
    await members(page).waitFor();
    expect(found).toEqual([]);
  });

  test('M10 C1: who may not do it is not offered it', async () => {
    await showMembers(alice.page);
    await members(alice.page).getByRole('button', { name: 'More about bob' }).click();
    const items = alice.page.getByRole('menuitem');
    await items.first().waitFor();
    expect((await items.allInnerTexts()).map((text) => text.trim())).toEqual([
      'Profile',
      'Message',
      'Mention',
      'Block',
    ]);
    await leaveMenu(alice.page);
    await members(bob.page).getByRole('button', { name: 'More about olive' }).click();
    await bob.page.getByRole('menuitem').first().waitFor();
    expect(await bob.page.getByRole('menuitem', { name: /Role|Mute|Ban|Remove/ }).count()).toBe(0);
    await leaveMenu(bob.page);
    // It is the menu that Escape closes, not what is behind it.
    for (const { page } of [alice, bob]) expect(await members(page).isVisible()).toBe(true);
  });

  test('M5 M9 C1: who reacted and who has read it is told by the pointer and by the keyboard', async () => {
    const sequence = (await carol.send('garden', 'shall we plant beans?')).sequence;
    const asked = row(bob.page, 'plant beans?');
    await asked.waitFor();
    await carol.react('garden', sequence, '👍');
    await asked.getByRole('button', { name: '👍 1' }).click();
    const chip = asked.getByRole('button', { name: '👍 2' });
    // What was pressed just now says nothing.
    await bob.page.mouse.move(0, 0);
    await chip.hover();
    await bob.page.getByText('Carol Danvers, You').waitFor();
    await asked.focus();
    await bob.page.keyboard.press('Shift+F10');
    await bob.page.getByRole('menuitem', { name: 'Who has seen it' }).click();
    const dialog = bob.page.getByRole('dialog', { name: 'Who has seen it' });
    await dialog.getByRole('region', { name: '👍 2' }).getByText('Carol Danvers').waitFor();
    await dialog.getByRole('region', { name: 'Read by' }).getByText('alice').waitFor();
    const found = await violations(bob.page);
    await bob.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await send(bob.page, 'on Sunday then');
    await row(bob.page, 'on Sunday then')
      .getByRole('button', { name: /Delivered|Read|server/ })
      .click();
    await dialog.getByRole('region', { name: 'Read by' }).getByText('alice').waitFor();
    await bob.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(found).toEqual([]);
  });

  test('M10 [SANCTION-2] C1: who is muted while writing is told until when and why, keeps what was written, and writes on after', async () => {
    await field(alice.page).fill('what I was about to say');
    await choose(bob.page, 'alice', /Mute/);
    const dialog = bob.page.getByRole('dialog', { name: 'Mute alice?' });
    await dialog.getByLabel('Reason').fill('shouting');
    await dialog.getByLabel('For how long').selectOption('10 minutes');
    const found = [...(await violations(bob.page))];
    await dialog.getByRole('button', { name: 'Mute', exact: true }).click();
    // The notice stays as long as somebody points at it.
    await bob.page.getByText(/alice is muted until/).hover();
    await alice.page.getByText(/You are muted here until/).waitFor();
    await alice.page.getByText(/bob muted you until .*: shouting/).waitFor();
    expect(await field(alice.page).count()).toBe(0);
    found.push(...(await violations(alice.page)));
    await bob.page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await field(alice.page).inputValue()) === 'what I was about to say');
    await field(alice.page).press('Enter');
    await row(bob.page, 'what I was about to say').waitFor();
    // One that ends ends by itself; that it is there is seen before it is about to end.
    await olive.moderation.mute('garden', 'alice', { until: new Date(Date.now() + 3_600_000) });
    await alice.page.getByText(/You are muted here until/).waitFor();
    await olive.moderation.mute('garden', 'alice', { until: new Date(Date.now() + 1_500) });
    await field(alice.page).waitFor();
    expect(found).toEqual([]);
  });

  test('M10 [MEMBER-4] C1: a role is given, and what it brings is there at once', async () => {
    await showMembers(bob.page);
    await members(bob.page).getByRole('button', { name: 'More about alice' }).click();
    await bob.page.getByRole('menuitem', { name: 'Role' }).hover();
    await bob.page.getByRole('menuitemcheckbox', { name: 'Moderator' }).click();
    await members(bob.page)
      .getByRole('heading', { name: /Moderators/ })
      .waitFor();
    await members(alice.page).getByRole('button', { name: 'Banned and muted' }).waitFor();
    await choose(alice.page, 'Carol Danvers', /Mute/);
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await members(bob.page).getByRole('button', { name: 'More about alice' }).click();
    await bob.page.getByRole('menuitem', { name: 'Role' }).hover();
    await bob.page.getByRole('menuitemcheckbox', { name: 'Member', exact: true }).click();
    await members(alice.page)
      .getByRole('button', { name: 'Banned and muted' })
      .waitFor({ state: 'detached' });
  });

  test('M10 [MEMBER-3] C1: who is removed while reading is told by whom and why, and comes back', async () => {
    await choose(bob.page, 'alice', /Remove/);
    const dialog = bob.page.getByRole('dialog', { name: 'Remove alice?' });
    await dialog.getByLabel('Reason').fill('off topic');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await alice.page.getByText('You are out of garden').waitFor();
    await alice.page.getByText('bob removed you: off topic').waitFor();
    const found = await violations(alice.page);
    await bob.page.getByText('You removed alice: off topic').waitFor();
    await alice.page.getByRole('button', { name: 'Join it again' }).click();
    await field(alice.page).waitFor();
    await send(alice.page, 'I am back');
    await row(bob.page, 'I am back').waitFor();
    expect(found).toEqual([]);
  });

  test('M10 C1: who is removed from a room that is not in sight is told so; the row of a room has a menu', async () => {
    const { page } = alice;
    const rows = page.getByRole('navigation', { name: 'Rooms and people' });
    await rows.getByRole('link', { name: /lobby/ }).focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'About this room' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Notify me of' }).press('ArrowRight');
    await page.getByRole('menuitemcheckbox', { name: 'Nothing' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('menuitemcheckbox').first().waitFor({ state: 'detached' });
    await leaveMenu(page);
    await rows.getByRole('link', { name: /lobby.*muted/ }).click();
    await page.getByRole('heading', { level: 1, name: 'lobby' }).waitFor();
    await choose(bob.page, 'alice', /Remove/);
    const dialog = bob.page.getByRole('dialog', { name: 'Remove alice?' });
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('bob removed you from garden.').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Join it again' }).click();
    await field(page).waitFor();
  });

  test('M10 [SLOW-1] [ADJUST-5] C1: slow mode and the archive are told where one writes, and what is not left is not offered', async () => {
    await bob.page.getByRole('button', { name: 'About this room' }).click();
    await bob.page.getByRole('tab', { name: 'Settings' }).click();
    await bob.page.getByLabel('Slow mode, in seconds').fill('30');
    await bob.page.getByRole('button', { name: 'Save' }).click();
    await bob.page.getByText('The settings of garden are saved').waitFor();
    await bob.page.keyboard.press('Escape');
    await alice.page.getByText('bob set slow mode to 30 s').waitFor();
    await alice.page.getByText('Slow mode: one message every 30 s').waitFor();
    await bob.page.getByText('You set slow mode to 30 s').waitFor();
    expect(await bob.page.getByText('Slow mode: one message').count()).toBe(0);
    await olive.changeRoom('garden', { archived: true });
    await alice.page.getByText('This room is archived.').waitFor();
    await row(alice.page, 'I am back').focus();
    await row(alice.page, 'I am back').getByRole('toolbar').waitFor();
    expect(
      await row(alice.page, 'I am back')
        .getByRole('button', { name: /React|Reply/ })
        .count(),
    ).toBe(0);
    await olive.changeRoom('garden', { archived: false });
    await olive.changeRoom('garden', { slowModeSeconds: 0 });
    await field(alice.page).waitFor();
  });

  test('M10 [SANCTION-1] C1: who is banned cannot come in until the ban is lifted, which stands in a list with all that was done', async () => {
    await choose(bob.page, 'alice', /Ban/);
    const dialog = bob.page.getByRole('dialog', { name: 'Ban alice?' });
    await dialog.getByLabel('Reason').fill('spam');
    await dialog.getByRole('button', { name: 'Ban', exact: true }).click();
    await alice.page.getByText('bob banned you: spam').waitFor();
    expect(await alice.page.getByRole('button', { name: 'Join it again' }).count()).toBe(0);
    await bob.page.getByRole('button', { name: 'Banned and muted' }).click();
    const about = bob.page.getByRole('dialog', { name: 'garden' });
    await about.getByText('alice is banned').waitFor();
    await about.getByText('bob banned alice').waitFor();
    const found = await violations(bob.page);
    await about.getByRole('button', { name: 'Lift the ban on alice' }).click();
    await about.getByText('Nobody is banned or muted here.').waitFor();
    await bob.page.keyboard.press('Escape');
    expect(found).toEqual([]);
    expect([...alice.complaints, ...bob.complaints]).toEqual([]);
  });
});
