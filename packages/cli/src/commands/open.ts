import { join } from 'node:path';
import { type ClientStore, ProfileInUse, type TrustPolicy } from '@sotto/client';
import { defaultHome, openFileStore, profileDirectory } from '@sotto/client/node';
import { openLog } from '@sotto/server/logging';
import { Web } from '@sotto/server/web';
import { openSite } from '@sotto/web/bundle';
import type { Arguments, Command } from '../command.ts';
import { readPin, readTarget, SERVER_OPTIONS, type Target, TRUST_OPTIONS } from '../connection-options.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { knownServers } from '../known-servers.ts';
import { anotherWindow, WindowDesk } from '../open/another.ts';
import { type Browser, findBrowser, hasDisplay, thisMachine } from '../open/browser.ts';
import { Choices } from '../open/choices.ts';
import { LAUNCH_LASTS_MS } from '../open/launch.ts';
import { marked } from '../open/page.ts';
import { Presence } from '../open/presence.ts';
import { openRelayHouse } from '../open/relay.ts';
import { browserProfile, Doors, folderFor, startBrowser } from '../open/window.ts';
import { validName } from '../open-client.ts';
import { print, type System } from '../system.ts';

export const command: Command = {
  name: 'open',
  summary: 'Open Sotto in a window, over any transport.',
  positionals: [],
  options: {
    ...SERVER_OPTIONS,
    user: {
      argument: 'NAME',
      description: 'A window of its own for this account, where several are used on one server',
    },
    ...TRUST_OPTIONS,
    'no-browser': { description: 'Only print the file that a browser of this user is to open, within 30 s' },
  },
  notes: [
    "Shows the graphical client in a browser of Chromium's family, or else in the default browser; SOTTO_BROWSER names another program. The window talks to this command, and this command to the server, over UDP, QUIC, TLS or WebSocket. It ends when the window is closed; started again meanwhile, it opens another window there.",
    'This command checks who the server is and keeps the session; the password stays in the window. Only a browser of the same user can use it. A window is a device of its account, beside that of `sotto chat`.',
  ],
  run: open,
};

async function open(args: Arguments, system: System): Promise<number> {
  const target = readTarget(args);
  const policy = trustOf(args, system);
  const user = args.value('user');
  const name = user === undefined ? '' : validName('--user', user.trim());
  const home = defaultHome({ ...system.environment });
  const directory = join(profileDirectory(home, target.name, name), 'window');
  const browser = args.has('no-browser') ? undefined : someBrowser(system);
  const opened = await openProfile(directory, browser);
  if (opened.kind === 'running') return showThere(opened.address, { browser, directory, target, system });
  const { store } = opened;
  const choices = new Choices(directory);
  const { log, close } = openLog({ level: 'warn', file: undefined }, system.errors);
  const web = new Web({
    openSite: marked(openSite, await choices.load()),
    cache: join(home, 'web'),
    insistOnTls: false,
    now: Date.now,
    log,
  });
  try {
    web.start();
    return await keepOpen({ target, policy, directory, browser, store, choices, web, system });
  } finally {
    web.stop();
    await store.close();
    await close();
  }
}

type Opened =
  | { kind: 'here'; store: ClientStore }
  /** Another `sotto open` has the profile, and gives a way into its relay. */
  | { kind: 'running'; address: string };

async function openProfile(directory: string, browser: Browser | undefined): Promise<Opened> {
  try {
    return { kind: 'here', store: await openFileStore(directory) };
  } catch (error) {
    if (!(error instanceof ProfileInUse)) throw error;
    const address = await anotherWindow(directory, folderFor(browser));
    if (address === undefined) throw error;
    return { kind: 'running', address };
  }
}

interface Place {
  target: Target;
  directory: string;
  browser: Browser | undefined;
  system: System;
}

function showThere(address: string, { browser, directory, target, system }: Place): number {
  if (browser !== undefined) startBrowser(browser, address, browserProfile(directory)).unref();
  print(system, [browser === undefined ? `open ${address}` : `another window of ${target.name}`]);
  return EXIT_CODES.ok.code;
}

interface Opening extends Place {
  policy: TrustPolicy;
  store: ClientStore;
  choices: Choices;
  web: Web;
}

async function keepOpen({ target, browser, directory, system, ...parts }: Opening): Promise<number> {
  await using closing = new AsyncDisposableStack();
  const presence = new Presence(CLOCK, LAUNCH_LASTS_MS);
  closing.defer(() => presence.stop());
  const windowDesk = new WindowDesk(async (folder) => {
    presence.expected();
    return doors.open(folder);
  });
  const known = knownServers(system);
  const house = openRelayHouse({ ...parts, ...target, known, now: Date.now, presence, windowDesk });
  closing.defer(() => house.close());
  const doors = closing.adopt(new Doors(house, system.environment), (all) => all.close());
  const address = await doors.open(folderFor(browser));
  closing.defer(await windowDesk.note(directory, house.origin));
  const child = browser && startBrowser(browser, address, browserProfile(directory));
  if (child !== undefined && browser?.kind === 'app') {
    closing.defer(() => child.kill());
    void child.exited.then((code) => presence.browserEnded(code !== 0));
  }
  print(system, [browser === undefined ? `open ${address}` : `window of ${target.name}`]);
  const how = await Promise.race([left(system.leave), presence.gone]);
  if (how === 'nobodyCame' || how === 'browserFailed') throw new Error(failureWords(how, browser));
  return EXIT_CODES.ok.code;
}

function failureWords(how: 'nobodyCame' | 'browserFailed', browser: Browser | undefined): string {
  if (browser === undefined) return `nobody opened the file within ${LAUNCH_LASTS_MS / 1000} s`;
  const remedy = 'name another browser in SOTTO_BROWSER, or open the file of --no-browser yourself';
  return how === 'browserFailed'
    ? `${browser.program} ended before it showed the window; ${remedy}`
    : `${browser.program} did not show the window within ${LAUNCH_LASTS_MS / 1000} s; ${remedy}`;
}

function someBrowser({ environment }: System): Browser {
  const machine = thisMachine(environment);
  if (!hasDisplay(machine))
    throw new Error(
      'there is no display here, neither DISPLAY nor WAYLAND_DISPLAY is set; use `sotto chat` in this terminal, or open the file of --no-browser yourself',
    );
  const found = findBrowser(machine);
  if (found !== undefined) return found;
  throw new Error(
    "no browser was found; install one of Chromium's family, name one in SOTTO_BROWSER, or open the file of --no-browser yourself",
  );
}

/** The window asks a person about a server that is new, unless that was said here. */
function trustOf(args: Arguments, system: System): TrustPolicy {
  const confirm = async () => args.has('trust-first');
  return readPin(args) ?? { kind: 'firstUse', known: knownServers(system), confirm };
}

const CLOCK = {
  now: Date.now,
  after: (delayMs: number, task: () => void) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

function left(signal: AbortSignal): Promise<'left'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('left');
    signal.addEventListener('abort', () => resolve('left'), { once: true });
  });
}
