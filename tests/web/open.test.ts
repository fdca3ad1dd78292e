/** `sotto open` as people use it: the command, Chromium, and a server that is new to them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Workplace } from '@sotto/cli/testing';
import type { SottoClient } from '@sotto/client/node';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { launchChromium } from '../browser/support/chromium.ts';
import { needs } from '../services.ts';
import { violations } from './support/axe.ts';
import { openRoom, row, send, until } from './support/chat.ts';
import { type House, openHouse, PASSWORD } from './support/house.ts';
import { idlePerson, type Person } from './support/person.ts';
import { signIn } from './support/steps.ts';
import { addressIn, canBeNobody, end, launch, secretIn, triesOfPage, tryAs } from './support/window.ts';

setDefaultTimeout(120_000);
const chromium = needs('chromium');
const TRANSPORTS = ['UDP', 'TLS', 'QUIC', 'WebSocket', 'UDP'] as const;
/** On each transport, from each side. */
const LINES = 5;

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

  /** Started without a browser. */
  const start = (user: string, ...words: string[]) =>
    launch(place, house.server.ports.udp, '--user', user, ...words);

  const open = async (address: string): Promise<Person> => {
    const person = await idlePerson(browser);
    await person.page.goto(address);
    return person;
  };

  const trust = async (page: Page) => {
    await page.getByRole('heading', { name: 'is new here' }).waitFor();
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Trust this server' }).click();
  };

  test('[RELAY-4] [RELAY-5] [RELAY-2] C1 T18 T12: a person compares the fingerprint and signs in; a conversation goes on over each transport, nothing lost or doubled', async () => {
    const launched = await start('carol');
    const file = fileURLToPath(launched.address);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    await (await house.friend('carol')).joinRoom('tea');
    const { page, complaints, close } = await open(launched.address);
    await page.getByRole('heading', { name: 'is new here' }).waitFor();
    const { fingerprint } = await alice.serverStatus();
    expect(await page.getByText(fingerprint).count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Trust this server' }).isDisabled()).toBe(true);
    expect(await violations(page)).toEqual([]);
    await trust(page);
    await signIn(page, 'carol', PASSWORD);
    expect(new URL(page.url()).hostname).toMatch(/^sotto-[0-9a-f]{16}\.localhost$/);
    expect(await page.evaluate('document.cookie')).toBe('');
    await openRoom(page, 'tea');
    const hers: Promise<unknown>[] = [];
    for (const [turn, transport] of TRANSPORTS.entries()) {
      await page.getByRole('button', { name: /^Connection: / }).click();
      const sheet = page.getByRole('dialog', { name: 'Connection' });
      await sheet.getByRole('radio', { name: new RegExp(`^${transport}`) }).check();
      await page.keyboard.press('Escape');
      // While it goes over.
      for (let at = turn * LINES; at < (turn + 1) * LINES; at++) {
        hers.push(alice.send('tea', `line a ${at}.`));
        await send(page, `line c ${at}.`);
      }
      await page.getByRole('button', { name: /^Connection: / }).click();
      await sheet.locator('dd', { hasText: new RegExp(`^${transport}$`) }).waitFor();
      await sheet.getByText(fingerprint).waitFor();
      expect(await sheet.getByText(`127.0.0.1:${house.server.ports.udp}`).count()).toBe(1);
      await page.keyboard.press('Escape');
    }
    await Promise.all(hers);
    const count = TRANSPORTS.length * LINES;
    const whole = ['a', 'c'].map((who) => Array.from({ length: count }, (_, at) => `line ${who} ${at}.`));
    const said = async () => {
      const { messages } = await alice.messages('tea', { limit: 500 });
      const texts = messages.map(({ text }) => text ?? '');
      return ['a', 'c'].map((who) => texts.filter((text) => text.startsWith(`line ${who} `)));
    };
    await until(async () => (await said())[1]?.length === count);
    expect(await said()).toEqual(whole);
    await row(page, `line a ${count - 1}.`).waitFor();
    await row(page, `line c ${count - 1}.`).waitFor();
    expect(await shown(page)).toEqual(whole);
    expect(complaints).toEqual([]);
    await close();
    expect(await end(launched)).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  test('[RELAY-3] C1: a page from elsewhere in the same browser gets nothing of it, whichever way it tries', async () => {
    const launched = await start('dave', '--trust-first');
    const { page, context, close } = await open(launched.address);
    await page.getByLabel('Name', { exact: true }).waitFor();
    const { origin } = new URL(page.url());
    const foreign = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => new Response('<!doctype html><body>', { headers: { 'Content-Type': 'text/html' } }),
    });
    const other = await context.newPage();
    const answers = new Map<string, number>();
    other.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (response.url().startsWith(origin)) answers.set(pathname, response.status());
    });
    for (const host of ['127.0.0.1', 'other.localhost']) {
      await other.goto(`http://${host}:${foreign.port}/`);
      expect(await triesOfPage(other, origin)).toEqual({
        profile: 'refused',
        connection: 'refused',
        read: 'refused',
        enter: 'refused',
        window: 'refused',
        script: 'refused',
        image: 'refused',
      });
    }
    // Its own page is not shown to whoever leads a person there, nor in a frame.
    await other.goto(`http://127.0.0.1:${foreign.port}/`);
    await other.evaluate(
      (url) => void document.body.append(Object.assign(document.createElement('iframe'), { src: url })),
      `${origin}/`,
    );
    await until(() => answers.get('/') === 403);
    expect([...new Set(answers.values())]).toEqual([403]);
    await foreign.stop(true);
    await close();
    await end(launched);
  });

  test.skipIf(!canBeNobody())(
    '[RELAY-3] [RELAY-4] [RELAY-8] C1: another user of the machine gets nothing, though they know everything',
    async () => {
      const launched = await start('erin', '--trust-first');
      const { page, context, close } = await open(launched.address);
      await page.getByLabel('Name', { exact: true }).waitFor();
      const { origin } = new URL(page.url());
      const [cookie] = await context.cookies(origin);
      const words = [
        'open',
        '--no-browser',
        '--server',
        `127.0.0.1:${house.server.ports.udp}`,
        '--user',
        'erin',
      ];
      const address = addressIn((await place.run(words)).output);
      const notes = [
        ...new Bun.Glob('**/erin/window/relay').scanSync({ cwd: place.directory, absolute: true, dot: true }),
      ];
      expect(notes).toHaveLength(1);
      const loot = {
        origin,
        cookie: `${cookie?.name}=${cookie?.value}`,
        secret: secretIn(address),
        files: [fileURLToPath(address), ...notes],
      };
      const stranger = '403 this window is of another user';
      expect(await tryAs('nobody', loot)).toEqual({
        'the page': stranger,
        'by address': stranger,
        'the profile': 'refused',
        'a connection': 'refused',
        'another window': stranger,
        'the secret': stranger,
        'file 0': 'EACCES',
        'file 1': 'EACCES',
      });
      // The same words of the same user are taken: what was refused is the user, and it used nothing up.
      expect(await tryAs('me', loot)).toEqual({
        'the page': 'open',
        'by address': 'open',
        'the profile': 'open',
        'a connection': 'open',
        'another window': '403 only by sotto open of the same profile',
        'the secret': 'open',
        'file 0': 'open',
        'file 1': 'open',
      });
      await close();
      await end(launched);
    },
  );

  test('[RELAY-8] C1: a second launch opens a window where the first one is taken over, and back', async () => {
    const launched = await start('ivan', '--trust-first');
    const { page, context, close } = await open(launched.address);
    await page.getByLabel('Name', { exact: true }).waitFor();
    const words = [
      'open',
      '--no-browser',
      '--server',
      `127.0.0.1:${house.server.ports.udp}`,
      '--user',
      'ivan',
    ];
    const second = await context.newPage();
    await second.goto(addressIn((await place.run(words)).output));
    await second.getByText('Sotto is open in another window').waitFor();
    await second.getByRole('button', { name: 'Use it here' }).click();
    await second.getByLabel('Name', { exact: true }).waitFor();
    await page.getByText('Sotto is open in another window').waitFor();
    await page.getByRole('button', { name: 'Use it here' }).click();
    await page.getByLabel('Name', { exact: true }).waitFor();
    expect(await end(launched)).toBe(0);
    await page.getByText('Sotto has ended here').waitFor();
    await close();
  });

  test('[RELAY-10] C1: what was chosen for this device is there at the next launch', async () => {
    const theme = (page: Page) => page.evaluate(() => document.documentElement.dataset.theme);
    const first = await start('gina', '--trust-first');
    const before = await open(first.address);
    await before.page.getByLabel('Name', { exact: true }).waitFor();
    expect(await theme(before.page)).toBeUndefined();
    await before.page.evaluate(() => localStorage.setItem('sotto.theme', 'dark'));
    await before.page.goto('about:blank');
    const file = new Bun.Glob('**/gina/window/choices');
    await until(() =>
      [...file.scanSync({ cwd: place.directory, absolute: true, dot: true })].some((path) =>
        readFileSync(path, 'utf8').includes('dark'),
      ),
    );
    await before.close();
    await end(first);
    const second = await start('gina');
    const after = await open(second.address);
    await after.page.getByLabel('Name', { exact: true }).waitFor();
    expect(await theme(after.page)).toBe('dark');
    await after.close();
    await end(second);
  });

  test('[RELAY-9] C1: a browser that does not find the name goes on by the address', async () => {
    const args = ['--host-resolver-rules=MAP *.localhost ^NOTFOUND'];
    const nameless = await playwright.launch({ executablePath: chromium ?? '', args });
    const launched = await start('hugo', '--trust-first');
    const context = await nameless.newContext();
    const page = await context.newPage();
    await page.goto(launched.address);
    await page.getByLabel('Name', { exact: true }).waitFor();
    expect(new URL(page.url()).hostname).toBe('127.0.0.1');
    await nameless.close();
    await end(launched);
  });

  test('[RELAY-9] C1: a name that leads to a stranger, who answers or waits, is told no secret', async () => {
    const answers = { iris: () => new Response('yes'), ines: () => new Promise<Response>(() => {}) };
    const misleads = async ([user, answer]: [string, () => Response | Promise<Response>]) => {
      const launched = await start(user, '--trust-first');
      const html = readFileSync(fileURLToPath(launched.address), 'utf8');
      const port = /localhost:(\d+)\/enter/.exec(html)?.[1];
      const heard: string[] = [];
      const stranger = Bun.serve({
        hostname: '127.0.0.2',
        port: Number(port),
        fetch: async (request) => {
          heard.push(`${request.method} ${request.url} ${await request.text()}`);
          return answer();
        },
      });
      const args = ['--host-resolver-rules=MAP *.localhost 127.0.0.2'];
      const misled = await playwright.launch({ executablePath: chromium ?? '', args });
      const secret = secretIn(launched.address);
      const page = await misled.newPage();
      await page.goto(launched.address);
      await page.getByLabel('Name', { exact: true }).waitFor();
      expect(new URL(page.url()).hostname).toBe('127.0.0.1');
      expect(heard[0]).toStartWith('GET ');
      expect([secret.length, heard.join().includes(secret)]).toEqual([43, false]);
      await misled.close();
      await stranger.stop(true);
      await end(launched);
    };
    await Promise.all(Object.entries(answers).map(misleads));
  });

  test('C1: the window is a browser of its own, and closing it ends the command', async () => {
    const said = join(place.directory, 'browser.log');
    const program = place.file(
      'browser',
      `#!/bin/sh\nexec '${chromium}' --headless --no-sandbox --remote-debugging-port=0 "$@" 2> '${said}'\n`,
    );
    chmodSync(program, 0o700);
    const seat = new Workplace(['env', `SOTTO_BROWSER=${program}`]);
    const server = `127.0.0.1:${house.server.ports.udp}`;
    const command = seat.start('open', '--server', server, '--trust-first');
    await command.line('window of');
    const endpoint = () => /^DevTools listening on (\S+)/m.exec(readFileSync(said, 'utf8'))?.[1];
    await until(() => existsSync(said) && endpoint() !== undefined);
    const remote = await playwright.connectOverCDP(endpoint() ?? '');
    const window = () =>
      remote
        .contexts()
        .flatMap((context) => context.pages())
        .find((page) => page.url().includes('.localhost'));
    await until(() => window() !== undefined);
    await window()?.getByLabel('Name', { exact: true }).waitFor();
    // As its last window does that is closed.
    await (await remote.newBrowserCDPSession()).send('Browser.close');
    const { code, errors } = await command.finished();
    expect([code, errors]).toEqual([0, '']);
    await seat.close();
  });

  test('[RELAY-5] T18 C1: a server that shows another identity stops everything, and a person decides', async () => {
    await (await house.friend('frank')).joinRoom('tea');
    const launched = await start('frank', '--trust-first');
    const { page, complaints, close } = await open(launched.address);
    await signIn(page, 'frank', PASSWORD);
    const { fingerprint } = await alice.serverStatus();
    await house.kill();
    for (const name of ['tls-certificate.pem', 'tls-key.pem']) rmSync(join(house.directory, name));
    await house.start();
    // As browsers say it: a server that took long to start is not looked for every moment.
    await page.evaluate(() => void dispatchEvent(new Event('online')));
    await page.getByRole('heading', { name: 'shows another identity' }).waitFor();
    const prints = await page.locator('dd').allTextContents();
    expect(prints[0]).toBe(fingerprint);
    expect(prints[1]).toMatch(/^[0-9a-z: -]{32,}$/i);
    expect(prints[1]).not.toBe(fingerprint);
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BUTTON');
    const accept = page.getByRole('button', { name: 'Trust this server' });
    expect(await accept.isDisabled()).toBe(true);
    for (const look of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { contrast: 'more' }] as const) {
      await page.emulateMedia(look);
      expect(await violations(page)).toEqual([]);
    }
    // Asked again, or opened anew, it says the same.
    const told = await page.getByRole('heading', { name: 'shows another identity' }).elementHandle();
    await page.getByRole('button', { name: 'Try again' }).click();
    await until(async () => (await told?.evaluate(({ isConnected }) => isConnected)) === false);
    await page.getByRole('heading', { name: 'shows another identity' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'shows another identity' }).waitFor();
    await page.getByRole('checkbox').check();
    await accept.click();
    await openRoom(page, 'tea');
    await send(page, 'still me');
    await row(page, 'still me')
      .getByText(/server has it|everybody/)
      .waitFor({ state: 'attached' });
    const known = readFileSync(join(place.directory, 'home', 'known-servers'), 'utf8');
    expect(known).toContain((prints[1] ?? '').slice(0, 8));
    expect(complaints).toEqual([]);
    await close();
    await end(launched);
  });
});

/** Every line of both sides, each in its order, read from the end of the room to its beginning. */
async function shown(page: Page): Promise<string[][]> {
  const seen = new Map<string, Set<string>>([
    ['a', new Set()],
    ['c', new Set()],
  ]);
  const list = page.getByRole('log', { name: /^Messages in/ });
  await list.hover();
  await until(async () => {
    const isBeginning = (await list.getByText('made this room').count()) > 0;
    const texts = await list.locator('article').allTextContents();
    const lines = texts.flatMap((text) => /line [ac] \d+\./.exec(text) ?? []);
    expect(new Set(lines).size).toBe(lines.length);
    for (const line of lines.toReversed()) seen.get(line[5] ?? '')?.add(line);
    await page.mouse.wheel(0, -400);
    return isBeginning;
  });
  return [...seen.values()].map((set) => [...set].reverse());
}
