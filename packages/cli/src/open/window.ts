/** Shows the window: a browser is started with the file that lets it in, which is removed soon after. */
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from './browser.ts';
import type { RelayHouse } from './house.ts';
import { LAUNCH_LASTS_MS, writeDoor } from './launch.ts';

type Surroundings = Readonly<Record<string, string | undefined>>;

const FOLDERS = ['home', 'session'] as const;
/** Where the file is: a browser that is confined sees only what is not hidden in the home folder. */
export type WindowFolder = (typeof FOLDERS)[number];
export const isFolder = (text: unknown): text is WindowFolder => FOLDERS.some((folder) => folder === text);

export const folderFor = (browser: Browser | undefined): WindowFolder =>
  browser?.kind === 'default' && process.platform === 'linux' ? 'home' : 'session';

/** The files that let browsers in, until each is over or all are closed. */
export class Doors {
  readonly #house: Pick<RelayHouse, 'admit' | 'origin' | 'plainOrigin'>;
  readonly #environment: Surroundings;
  readonly #removals = new Map<NodeJS.Timeout, () => Promise<void>>();

  constructor(house: Pick<RelayHouse, 'admit' | 'origin' | 'plainOrigin'>, environment: Surroundings) {
    this.#house = house;
    this.#environment = environment;
  }

  /** `file:` and the file that one browser is to open in time. */
  async open(folder: WindowFolder): Promise<string> {
    const door = await writeDoor(pathOf(folder, this.#environment), this.#house, this.#house.admit());
    const timer = setTimeout(() => {
      this.#removals.delete(timer);
      void door.remove();
    }, LAUNCH_LASTS_MS);
    this.#removals.set(timer, door.remove);
    return pathToFileURL(door.path).href;
  }

  async close(): Promise<void> {
    for (const timer of this.#removals.keys()) clearTimeout(timer);
    await Promise.all([...this.#removals.values()].map((remove) => remove()));
  }
}

function pathOf(folder: WindowFolder, environment: Surroundings): string {
  switch (folder) {
    case 'home':
      return environment.HOME || homedir();
    case 'session':
      return environment.XDG_RUNTIME_DIR || tmpdir();
  }
}

/** The secret is in the file: other users see arguments. */
export function startBrowser(browser: Browser, address: string, profile: string): Bun.Subprocess {
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

/** Beside the profile that the relay keeps. */
export const browserProfile = (directory: string): string => join(directory, 'browser');
