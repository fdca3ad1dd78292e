import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KEEPER_PATH } from '@sotto/transport/relay';
import { Workplace } from './testing/sotto.ts';
import { WindowByHand } from './testing/window.ts';

setDefaultTimeout(60_000);

/** A browser that notes with what it was started, and stays. */
const own = new Workplace();
const noted = join(own.directory, 'arguments');
const program = own.file(
  'browser',
  `#!/bin/sh\nprintf '%s\\n' "$@" > '${noted}.new'\nmv '${noted}.new' '${noted}'\nexec sleep 60\n`,
);
chmodSync(program, 0o700);
const place = new Workplace(['env', `SOTTO_BROWSER=${program}`]);
afterAll(async () => {
  await place.close();
  await own.close();
});

const SERVER = ['--server', '127.0.0.1:9'] as const;

describe('sotto open (C1)', () => {
  test('[RELAY-4] C1: its browser is told a file, which lets in once; nothing secret is in arguments or output', async () => {
    const command = place.start('open', ...SERVER);
    await command.line('window of 127.0.0.1:9');
    while (!existsSync(noted)) await new Promise((later) => setTimeout(later, 5));
    const words = readFileSync(noted, 'utf8').trim().split('\n');
    const [app = '', profile = ''] = words;
    expect(words.slice(2)).toEqual(['--no-first-run', '--no-default-browser-check']);
    expect(profile).toStartWith(`--user-data-dir=${join(place.directory, 'home')}`);
    const file = fileURLToPath(app.replace('--app=', ''));
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([mode(file), mode(dirname(file))]).toEqual(['600', '700']);
    const html = readFileSync(file, 'utf8');
    const secret = /name="secret" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const origin = /action="([^"]+)\/enter"/.exec(html)?.[1] ?? '';
    expect(secret.length).toBe(43);
    expect(words.join(' ') + command.printed()).not.toContain(secret);
    const window = new WindowByHand(origin);
    expect((await window.post(secret)).status).toBe(200);
    expect((await new WindowByHand(origin).post(secret)).status).toBe(403);
    const page = await window.ask('/');
    expect([page.status, (await page.text()).includes('<meta name="sotto-relay" content="1">')]).toEqual([
      200,
      true,
    ]);
    expect(page.headers.get('content-security-policy')).toContain(`ws://${window.host}`);
    expect(await window.opens(KEEPER_PATH)).toBe(true);
    command.signal('SIGTERM');
    const { code, errors } = await command.finished();
    expect([code, errors, existsSync(dirname(file))]).toEqual([0, '', false]);
  });

  test('[RELAY-8] C1: a second launch opens another window of the one that runs; another account has one of its own', async () => {
    const command = place.start('open', ...SERVER, '--no-browser');
    const letIn = (line: string) => {
      const file = fileURLToPath(line.replace('open ', ''));
      const html = readFileSync(file, 'utf8');
      const secret = /name="secret" value="([^"]+)"/.exec(html)?.[1] ?? '';
      return { file, secret, origin: /action="([^"]+)\/enter"/.exec(html)?.[1] ?? '' };
    };
    const first = letIn(await command.line('open file:'));
    const run = await place.run(['open', ...SERVER, '--no-browser']);
    expect([run.code, run.errors]).toEqual([0, '']);
    const second = letIn(run.output.trim());
    expect([second.origin, second.secret === first.secret]).toEqual([first.origin, false]);
    for (const { origin, secret } of [second, first])
      expect((await new WindowByHand(origin).post(secret)).status).toBe(200);
    const other = place.start('open', ...SERVER, '--no-browser', '--user', 'bob');
    await other.line('open file:');
    for (const one of [command, other]) {
      one.signal('SIGTERM');
      expect((await one.finished()).code).toBe(0);
    }
    expect([first.file, second.file].map((file) => existsSync(dirname(file)))).toEqual([false, false]);
  });

  test('O2: a browser that fails, or a machine without display, is told with what to do', async () => {
    const failing = new Workplace(['env', 'SOTTO_BROWSER=/bin/false']);
    const failed = await failing.run(['open', ...SERVER]);
    await failing.close();
    expect([failed.code, failed.errors]).toEqual([
      1,
      expect.stringContaining('sotto: /bin/false ended before it showed the window; name another browser'),
    ]);
    const blind = new Workplace();
    const none = await blind.runHere(['open', ...SERVER]);
    await blind.close();
    expect([none.code, none.errors]).toEqual([
      1,
      expect.stringContaining('use `sotto chat` in this terminal'),
    ]);
  });

  test('O2: what cannot be is said at once', async () => {
    const bad = new Workplace(['env', 'SOTTO_BROWSER=/no/such/browser']);
    const { code, errors } = await bad.run(['open']);
    await bad.close();
    expect([code, errors]).toEqual([1, 'sotto: SOTTO_BROWSER "/no/such/browser" is no program\n']);
    const name = await place.runHere(['open', '--user', 'no good name']);
    expect([name.code, name.errors]).toEqual([2, expect.stringContaining('--user "no good name"')]);
    const both = await place.runHere(['open', '--pin', 'x', '--trust-first']);
    expect(both.code).toBe(2);
  });
});
