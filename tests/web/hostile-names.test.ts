/**
 * Hostile texts as whatever else people may write: names, topics, statuses, reasons, files, devices. What the server takes is
 * shown as it is wherever it is shown; nothing runs, and nothing is fetched from elsewhere.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { SottoClient } from '@sotto/client';
import { checkReason, checkTopic, readDisplayName, readName } from '@sotto/model';
import { PAYLOADS } from '@sotto/web/testing';
import type { Locator, Page } from 'playwright-core';
import { needs } from '../services.ts';
import { PLACES, show } from './hostile/places.ts';
import { type House, openHouse } from './support/house.ts';
import type { Person } from './support/person.ts';
import { signIn } from './support/steps.ts';

setDefaultTimeout(120_000);
const chromium = needs('chromium');
const isTaken = (read: (text: string) => { kind: string }) => (text: string) => read(text).kind === 'valid';
/** A handler, and an address of somewhere else. */
const NAMES = ['<img src=x onerror=xss()>', '<base href="https://evil.example/">'];

/** How many of them were taken; what was refused was told in words. */
async function offer(texts: readonly string[], send: (text: string) => Promise<unknown>): Promise<number> {
  const told = await Promise.allSettled(texts.map(send));
  for (const each of told)
    if (each.status === 'rejected') expect((each.reason as Error).message).toMatch(/\w+ \w+/);
  return told.filter(({ status }) => status === 'fulfilled').length;
}

describe.skipIf(chromium === undefined)(
  '[TEXT-4] [TEXT-5] [TEXT-7] M9 C1: hostile texts beside messages',
  () => {
    let house: House;
    let alice: SottoClient;
    let mallory: SottoClient;
    let bob: SottoClient;
    let person: Person;
    let page: Page;
    let den: number;
    /** What was asked for of anybody else, and what ran. */
    const wrong: string[] = [];

    beforeAll(async () => {
      house = await openHouse(chromium ?? '', { flags: ['--limits', 'off'] });
      alice = await house.friend('alice');
      mallory = await house.friend('mallory');
      bob = await house.friend('bob');
      den = (await mallory.createRoom('den')).number;
      for (const member of [alice, bob]) await member.joinRoom('den');
      const first = await mallory.send('den', 'first words of mallory');
      await mallory.send('den', 'an answer', { replyTo: first.sequence });
      await mallory.send('den', 'in a thread', { thread: first.sequence });
      await mallory.pin('den', first.sequence);
      await mallory.createRoom('cellar', { private: true });
      await mallory.inviteMember('cellar', 'alice');
      await alice.sendDirect(['mallory'], 'and directly');
      person = await house.person();
      page = person.page;
      await page.exposeFunction('xss', () => void wrong.push('a program of theirs ran'));
      page.on('dialog', (dialog) => void wrong.push(`it asks: ${dialog.message()}`));
      page.on('popup', (popup) => void wrong.push(`it opened ${popup.url()}`));
      page.on('request', (request) => {
        if (!/^(https:\/\/127\.0\.0\.1:|blob:|data:)/.test(request.url())) wrong.push(request.url());
      });
      await signIn(page, 'alice');
      await page.goto(`${house.origin}/#/room/${den}`);
      await page.getByText('in a thread').or(page.getByText('first words')).first().waitFor();
    });
    afterAll(() => house?.close());

    /** Nothing ran, was fetched, or became markup. */
    const expectHarmless = async () => {
      const odd =
        'script:not([src^="/assets/"]), iframe, object, embed, base, form[action], [onerror], [onload], a[href^="javascript"]';
      expect(await page.locator(odd).count()).toBe(0);
      expect(await page.locator('img:not([src^="blob:"], [src^="data:"])').count()).toBe(0);
      expect(wrong).toEqual([]);
      expect(person.complaints).toEqual([]);
      expect(await house.reports()).toEqual([]);
    };

    test('all of them as names, statuses and what people say about themselves, while somebody looks on', async () => {
      await page.getByRole('button', { name: 'Members' }).click();
      await page.getByRole('complementary').getByText('mallory').first().waitFor();
      const taken = await offer(PAYLOADS, (displayName) => mallory.account.setProfile({ displayName }));
      expect(taken).toBe(PAYLOADS.filter(isTaken(readDisplayName)).length);
      expect(taken).toBeGreaterThan(100);
      await offer(PAYLOADS, (statusText) => mallory.account.setProfile({ statusText }));
      await offer(PAYLOADS, (about) => mallory.account.setProfile({ about }));
      expect(await offer(PAYLOADS, (statusEmoji) => mallory.account.setProfile({ statusEmoji }))).toBe(0);
      await mallory.account.setProfile({ displayName: NAMES[0] ?? '' });
      await page
        .getByRole('complementary')
        .getByText(NAMES[0] ?? '')
        .first()
        .waitFor();
      await page.getByRole('button', { name: 'Close members' }).click();
      await expectHarmless();
    });

    test('all of them as topics, reasons, names of rooms and of people', async () => {
      const taken = await offer(PAYLOADS, (topic) => mallory.changeRoom(den as never, { topic }));
      expect(taken).toBe(PAYLOADS.filter(isTaken(checkTopic)).length);
      const reasons = await offer(PAYLOADS, (reason) => mallory.moderation.mute('den', 'bob', { reason }));
      expect(reasons).toBe(PAYLOADS.filter(isTaken(checkReason)).length);
      const names = PAYLOADS.filter(isTaken(readName));
      expect(await offer(PAYLOADS, (name) => alice.createRoom(name))).toBe(names.length);
      for (const name of names) await house.friend(name);
      await mallory.changeRoom('den', { topic: NAMES[1] ?? '' });
      await page
        .getByText(NAMES[1] ?? '')
        .first()
        .waitFor();
      await expectHarmless();
    });

    test('all of them as files, and as what devices are called; none as a reaction', async () => {
      const first = await mallory.send('den', 'react to this');
      expect(await offer(PAYLOADS, (emoji) => mallory.react('den', first.sequence, emoji))).toBe(0);
      const bytes = new Blob(['<script>xss()</script>']);
      const send = (name: string) =>
        mallory.sendFile('den', bytes, { name, mediaType: 'text/html', preview: { text: name } });
      expect(
        await offer(
          PAYLOADS.filter((_, at) => at % 5 === 0),
          send,
        ),
      ).toBeGreaterThan(40);
      const [device] = await alice.account.devices();
      if (device === undefined) throw new Error('alice has no device');
      expect(
        await offer(PAYLOADS, (name) => alice.account.renameDevice(device.number, name)),
      ).toBeGreaterThan(50);
      await expectHarmless();
    });

    test('[NAME-3] nobody is shown as somebody else, whatever they draw their name with', async () => {
      const alike = [
        'alice',
        'Alice',
        'аlice',
        'a l i c e',
        'aIice',
        'ａｌｉｃｅ',
        'al\u200bice',
        '\u202eecila',
        'alice\u3164',
      ];
      expect(await offer(alike, (displayName) => mallory.account.setProfile({ displayName }))).toBe(0);
      const { displayName } = await mallory.account.profile();
      expect(displayName).toBe(NAMES[0] ?? '');
      const hidden = ['photo\u202egpj.html', 'photo.png\u200b.html', 'photo\u2066.png'];
      const send = (name: string) => mallory.sendFile('den', new Blob(['x']), { name });
      await offer(hidden, send);
      await mallory.send('den', 'after the files');
      await page.getByText('after the files').waitFor();
      expect(await page.locator('body').textContent()).not.toMatch(/[\u200b\u202a-\u202e\u2066-\u2069]/u);
    });

    test.each(NAMES)('%s is shown as that wherever a name is', async (name) => {
      await mallory.account.setProfile({ displayName: name, statusText: name, about: name });
      const [device] = await alice.account.devices();
      if (device !== undefined) await alice.account.renameDevice(device.number, name);
      const { sequence } = await mallory.send('den', 'last words');
      await mallory.send('den', 'an answer', { replyTo: sequence });
      await mallory.moderation.ban('den', 'bob', { reason: name });
      await mallory.moderation.unban('den', 'bob');
      await bob.joinRoom('den');
      await mallory.moderation.mute('den', 'bob', { reason: name });
      const missing: string[] = [];
      for (const place of PLACES) {
        const seen = await show(page, place, den);
        const shown = seen.getByText(name).or(titled(seen, name)).first();
        await shown.waitFor({ state: 'attached' }).catch(() => missing.push(place.name));
        await place.close(page);
      }
      expect(missing).toEqual([]);
      await expectHarmless();
    });
  },
);

/** As what something is called, or as what a field holds. */
const titled = (place: Locator, name: string): Locator =>
  place.locator(`[aria-label*=${JSON.stringify(name)}]`);
