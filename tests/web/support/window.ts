/** Windows of `sotto open`: the command without a browser, and ways into its relay that are not for everybody. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Running, Workplace } from '@sotto/cli/testing';
import type { Page } from 'playwright-core';

export interface Launched {
  readonly command: Running;
  /** The file that a browser is to open. */
  readonly address: string;
}

export async function launch(place: Workplace, port: number, ...words: string[]): Promise<Launched> {
  const command = place.start('open', '--no-browser', '--server', `127.0.0.1:${port}`, ...words);
  return { command, address: addressIn(await command.line('open file:')) };
}

export const addressIn = (line: string): string => line.trim().replace(/^open /, '');

export async function end({ command }: Launched): Promise<number> {
  command.signal('SIGTERM');
  return (await command.finished()).code;
}

/** What the file holds that lets one browser in. */
export const secretIn = (address: string): string =>
  /name="secret" value="([^"]+)"/.exec(readFileSync(fileURLToPath(address), 'utf8'))?.[1] ?? '';

/** What another user of the machine may try who knows all that there is to know. */
export interface Loot {
  readonly origin: string;
  readonly cookie: string;
  readonly secret: string;
  readonly files: readonly string[];
}

const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

/** Whether this process may run programs as another user, who may run Bun. */
export const canBeNobody = (): boolean =>
  process.getuid?.() === 0 &&
  Bun.which('setpriv') !== null &&
  Bun.spawnSync([...AS_NOBODY, process.execPath, '--version'], { cwd: '/' }).success;

/** What came of each way. */
export async function tryAs(who: 'me' | 'nobody', loot: Loot): Promise<Record<string, string>> {
  const inside = who === 'nobody' ? AS_NOBODY : [];
  const child = Bun.spawn([...inside, process.execPath, '-e', `await (${tries})(${JSON.stringify(loot)})`], {
    cwd: '/',
    stdout: 'pipe',
    env: { HOME: '/nonexistent' },
  });
  return JSON.parse(await new Response(child.stdout).text()) as Record<string, string>;
}

/** Runs in that program. */
async function tries({ origin, cookie, secret, files }: Loot): Promise<void> {
  const { host, port } = new URL(origin);
  const base = `127.0.0.1:${port}`;
  const headers = { Host: host, Cookie: cookie };
  const ask = async (path: string, how: RequestInit = {}) => {
    const response = await fetch(`http://${base}${path}`, {
      ...how,
      headers: { ...headers, ...how.headers },
    });
    return response.ok ? 'open' : `${response.status} ${(await response.text()).trim()}`;
  };
  const opens = (path: string) =>
    new Promise<string>((resolve) => {
      const options = { headers: { ...headers, Origin: origin } } as unknown as string[];
      const socket = new WebSocket(`ws://${base}${path}`, options);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    });
  const reads = (path: string) =>
    Bun.file(path)
      .text()
      .then(
        () => 'open',
        (error: { code?: string }) => error.code ?? 'refused',
      );
  const said: Record<string, string> = {
    'the page': await ask('/'),
    'by address': await ask('/', { headers: { Host: base } }),
    'the profile': await opens('/relay/v1/keeper'),
    'a connection': await opens('/relay/v1/dial/tls?port=1'),
    'another window': await ask('/window', { method: 'POST', body: 'nonce=x' }),
    'the secret': await ask('/enter', { method: 'POST', body: new URLSearchParams({ secret }) }),
  };
  for (const [at, file] of files.entries()) said[`file ${at}`] = await reads(file);
  console.log(JSON.stringify(said));
  // WebSockets that opened would keep it.
  process.exit();
}

/** What came of each way of a page that is somewhere else in the same browser. */
export const triesOfPage = (page: Page, origin: string): Promise<Record<string, string>> =>
  page.evaluate(async (target) => {
    const settle = (element: HTMLElement) =>
      new Promise<string>((resolve) => {
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('refused');
        document.body.append(element);
      });
    const socket = (path: string) =>
      new Promise<string>((resolve) => {
        const opened = new WebSocket(target.replace('http', 'ws') + path);
        opened.onopen = () => resolve('loaded');
        opened.onerror = () => resolve('refused');
      });
    const fetched = (path: string, how: RequestInit) =>
      fetch(target + path, { credentials: 'include', ...how }).then(
        ({ type }) => type,
        () => 'refused',
      );
    const element = (name: 'script' | 'img', path: string) => {
      const made = document.createElement(name);
      made.src = target + path;
      return settle(made);
    };
    return {
      profile: await socket('/relay/v1/keeper'),
      connection: await socket('/relay/v1/dial/tls?port=1'),
      read: await fetched('/', {}),
      enter: await fetched('/enter', { method: 'POST', body: 'secret=x' }),
      window: await fetched('/window', { method: 'POST', body: 'nonce=x' }),
      script: await element('script', '/sw.js'),
      image: await element('img', '/icon-192.png'),
    };
  }, origin);
