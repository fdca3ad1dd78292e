/** `sotto open` as people use it: the command, Chromium, and a server that is new to them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Running, Workplace } from '@sotto/cli/testing';
import type { SottoClient } from '@sotto/client/node';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../browser/support/chromium.ts';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { type House, openHouse, PASSWORD } from './support/house.ts';
import { newPerson, type Person } from './support/person.ts';
import { signIn } from './support/steps.ts';

setDefaultTimeout(60_000);
const chromium = needs('chromium');

describe.skipIf(chromium === undefined)('a window of sotto open', () => {
  const place = new Workplace();
  let house: House;
  let browser: Browser;
  let alice: SottoClient;
  beforeAll(async () => {
    house = await openHouse(chromium ?? '');
    browser = await launchChromium(chromium ?? '', house.directory);
    alice = await house.friend('alice');
    await alice.createRoom('tea');
  });
  afterAll(async () => {
    await browser?.close();
    await place.close();
    await house?.close();
  });

  /** Started without a browser; `address` is the file that one is to open. */
  async function start(user: string, ...words: string[]): Promise<{ command: Running; address: string }> {
    const server = `127.0.0.1:${house.server.ports.udp}`;
    const command = place.start('open', '--no-browser', '--server', server, '--user', user, ...words);
    return { command, address: (await command.line('open file:')).replace(/^open /, '') };
  }

  /** A file answers without a status. */
  const open = async (address: string): Promise<Person> => {
    const person = await newPerson(browser, house.origin);
    await person.page.goto(address);
    return person;
  };

  const inTheWindow = async (page: Page, name: string) => {
    await page.getByRole('heading', { name: 'is new here' }).waitFor();
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Trust this server' }).click();
    await signIn(page, name, PASSWORD);
  };

  test('[RELAY-4] [RELAY-5] [RELAY-2] C1 T18: a person compares the fingerprint, signs in, and is on UDP', async () => {
    const { command, address } = await start('carol');
    const file = fileURLToPath(address);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    await house.friend('carol');
    const { page, complaints, close } = await open(address);
    await page.getByRole('heading', { name: 'is new here' }).waitFor();
    const { fingerprint } = await alice.serverStatus();
    expect(await page.getByText(fingerprint).count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Trust this server' }).isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await inTheWindow(page, 'carol');
    expect(new URL(page.url()).hostname).toMatch(/^sotto-[0-9a-f]{16}\.localhost$/);
    expect(await page.evaluate('document.cookie')).toBe('');
    for (const transport of ['UDP', 'TLS', 'QUIC'] as const) {
      await page.getByRole('button', { name: /^Connection: / }).click();
      const sheet = page.getByRole('dialog', { name: 'Connection' });
      await sheet.getByRole('radio', { name: new RegExp(`^${transport}`) }).check();
      await sheet.locator('dd', { hasText: new RegExp(`^${transport}$`) }).waitFor();
      expect(await sheet.getByText(fingerprint).count()).toBe(1);
      expect(await sheet.getByText(`127.0.0.1:${house.server.ports.udp}`).count()).toBe(1);
      await page.keyboard.press('Escape');
    }
    expect(complaints).toEqual([]);
    await close();
    command.signal('SIGTERM');
    expect((await command.finished()).code).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  test('[RELAY-3] C1: a page from elsewhere in the same browser gets nothing of it', async () => {
    const { command, address } = await start('dave', '--trust-first');
    const { page, context, close } = await open(address);
    await page.getByLabel('Name', { exact: true }).waitFor();
    const target = page.url().replace(/^http(.*?)\/(#.*)?$/, 'ws$1/relay/v1/keeper');
    const foreign = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } }),
    });
    const other = await context.newPage();
    const tries = async (origin: string) => {
      await other.goto(origin);
      return other.evaluate(
        (url) =>
          new Promise((resolve) => {
            const socket = new WebSocket(url);
            socket.onopen = () => resolve('open');
            socket.onerror = () => resolve('refused');
          }),
        target,
      );
    };
    expect(await tries(`http://127.0.0.1:${foreign.port}/`)).toBe('refused');
    expect(await tries(`http://other.localhost:${foreign.port}/`)).toBe('refused');
    await foreign.stop(true);
    await close();
    command.signal('SIGTERM');
    await command.finished();
  });
});
