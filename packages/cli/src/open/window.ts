/** Shows the window: starts a browser with the file that lets it in, and removes that file soon after. */
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from './browser.ts';
import type { RelayHouse } from './house.ts';
import { LAUNCH_LASTS_MS, writeDoor } from './launch.ts';

export interface ShowOptions {
  house: Pick<RelayHouse, 'admit' | 'origin'>;
  /** undefined: somebody opens the file themselves. */
  browser: Browser | undefined;
  /** Of this window alone: its browser's own data. */
  profile: string;
  environment: Readonly<Record<string, string | undefined>>;
}

export interface Shown {
  /** `file:` and the file that lets a browser in. */
  readonly address: string;
  /** Of a browser that was started for this window alone: when it has ended. */
  readonly ended: Promise<void> | undefined;
  /** Removes the file and ends that browser. */
  end(): Promise<void>;
}

export async function show({ house, browser, profile, environment }: ShowOptions): Promise<Shown> {
  const secret = house.admit();
  const door = await writeDoor(folderFor(browser, environment), house.origin, secret.value);
  const timer = setTimeout(() => void door.remove(), LAUNCH_LASTS_MS);
  const address = pathToFileURL(door.path).href;
  try {
    const child = browser && start(browser, address, profile);
    const isOwn = browser?.kind === 'app' && child !== undefined;
    return {
      address,
      ended: isOwn ? child.exited.then(() => {}) : undefined,
      end: async () => {
        clearTimeout(timer);
        if (isOwn) child.kill();
        await door.remove();
      },
    };
  } catch (error) {
    clearTimeout(timer);
    await door.remove();
    throw error;
  }
}

/** The secret is in the file: other users see arguments. */
function start(browser: Browser, address: string, profile: string): Bun.Subprocess {
  const words = browser.kind === 'app' ? appWords(address, profile) : [...browser.words, address];
  return Bun.spawn([browser.program, ...words], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
}

/** With data of its own, so that its cookies are apart and its process ends with the window. */
export const appWords = (address: string, profile: string): readonly string[] => [
  `--app=${address}`,
  `--user-data-dir=${profile}`,
  '--no-first-run',
  '--no-default-browser-check',
];

/** The default browser may be confined, and then sees nothing but what is not hidden in the home folder. */
function folderFor(browser: Browser | undefined, environment: ShowOptions['environment']): string {
  if (browser?.kind === 'default' && process.platform === 'linux') return environment.HOME || homedir();
  return environment.XDG_RUNTIME_DIR || tmpdir();
}

/** Beside the profile that the relay keeps. */
export const browserProfile = (directory: string): string => join(directory, 'browser');
