import { join } from 'node:path';
import type { TrustPolicy } from '@sotto/client';
import { defaultHome, openFileStore, profileDirectory } from '@sotto/client/node';
import { openLog } from '@sotto/server/logging';
import { Web } from '@sotto/server/web';
import { openSite } from '@sotto/web/bundle';
import type { Arguments, Command } from '../command.ts';
import { readPin, readTarget, SERVER_OPTIONS, type Target, TRUST_OPTIONS } from '../connection-options.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { knownServers } from '../known-servers.ts';
import { type Browser, findBrowser, thisMachine } from '../open/browser.ts';
import { LAUNCH_LASTS_MS } from '../open/launch.ts';
import { marked } from '../open/page.ts';
import { Presence } from '../open/presence.ts';
import { openRelayHouse } from '../open/relay.ts';
import { browserProfile, show } from '../open/window.ts';
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
    "Shows the graphical client in a browser of Chromium's family, or else in the default browser; SOTTO_BROWSER names another program. The window talks to this command, and this command to the server, over UDP, QUIC, TLS or WebSocket. It ends when the window is closed.",
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
  const store = await openFileStore(directory);
  const { log, close } = openLog({ level: 'warn', file: undefined }, system.errors);
  const web = new Web({
    openSite: marked(openSite),
    cache: join(home, 'web'),
    insistOnTls: false,
    now: Date.now,
    log,
  });
  try {
    web.start();
    return await keepOpen({ target, policy, directory, browser, store, web, system });
  } finally {
    web.stop();
    await store.close();
    await close();
  }
}

interface Opening {
  target: Target;
  policy: TrustPolicy;
  directory: string;
  browser: Browser | undefined;
  store: Awaited<ReturnType<typeof openFileStore>>;
  web: Web;
  system: System;
}

async function keepOpen({ target, browser, directory, system, ...parts }: Opening): Promise<number> {
  const presence = new Presence(CLOCK, LAUNCH_LASTS_MS);
  const house = openRelayHouse({
    ...parts,
    ...target,
    known: knownServers(system),
    now: Date.now,
    presence,
  });
  try {
    const { environment } = system;
    const shown = await show({ house, browser, profile: browserProfile(directory), environment });
    print(system, [browser === undefined ? `open ${shown.address}` : `window of ${target.name}`]);
    void shown.ended?.then(() => presence.browserEnded());
    const how = await Promise.race([left(system.leave), presence.gone]);
    await shown.end();
    if (how === 'nobodyCame') throw new Error(`no browser came within ${LAUNCH_LASTS_MS / 1000} s`);
    return EXIT_CODES.ok.code;
  } finally {
    presence.stop();
    house.close();
  }
}

function someBrowser({ environment }: System): Browser {
  const found = findBrowser(thisMachine(environment));
  if (found !== undefined) return found;
  throw new Error('no browser was found; name one in SOTTO_BROWSER, or use --no-browser');
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
