/** Which browser shows the window: one of Chromium's family as a window of its own, else whatever opens web pages. */
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

export type Browser =
  /** Takes Chromium's arguments. */
  | { kind: 'app'; program: string }
  /** `words` before the file to open. It may see nothing but what is not hidden in the home folder. */
  | { kind: 'default'; program: string; words: readonly string[] };

/** What of the machine decides. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isProgram: (path: string) => boolean;
  /** Where links lead in the end. */
  readonly realPath: (path: string) => string;
}

export const thisMachine = (environment: Machine['environment']): Machine => ({
  platform: process.platform,
  environment,
  isProgram,
  realPath: (path) => {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  },
});

/** Whether a window can be shown at all, as far as that can be told. */
export const hasDisplay = ({ platform, environment }: Pick<Machine, 'platform' | 'environment'>): boolean =>
  platform !== 'linux' ||
  Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY || environment.SOTTO_BROWSER);

/** undefined where there is none at all. Throws Error where $SOTTO_BROWSER names no program. */
export function findBrowser(machine: Machine): Browser | undefined {
  const wanted = machine.environment.SOTTO_BROWSER;
  if (wanted) {
    const program = located(wanted, machine);
    if (program === undefined) throw new Error(`SOTTO_BROWSER "${wanted}" is no program`);
    return browserAt(program, machine);
  }
  const found = candidates(machine)
    .map((name) => located(name, machine))
    .filter((path) => path !== undefined)
    .map((path) => browserAt(path, machine));
  return found.find(({ kind }) => kind === 'app') ?? defaultBrowser(machine) ?? found[0];
}

/** Confined ones see neither the folder of the profile nor that of the session: they are only told the file. */
const browserAt = (program: string, machine: Machine): Browser =>
  isConfined(program, machine) ? { kind: 'default', program, words: [] } : { kind: 'app', program };

const LINUX = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'brave-browser',
  'vivaldi',
  'vivaldi-stable',
  'opera',
  'thorium-browser',
] as const;
const MAC = ['Chromium', 'Google Chrome', 'Microsoft Edge', 'Brave Browser', 'Vivaldi', 'Opera'] as const;
const WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
  'Chromium\\Application\\chrome.exe',
] as const;

function candidates({ platform, environment }: Machine): readonly string[] {
  switch (platform) {
    case 'darwin':
      return MAC.map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
    case 'win32': {
      const roots = [environment.ProgramFiles, environment['ProgramFiles(x86)'], environment.LOCALAPPDATA];
      return roots.flatMap((root) => (root ? WINDOWS.map((name) => `${root}\\${name}`) : []));
    }
    default:
      return LINUX;
  }
}

function defaultBrowser(machine: Machine): Browser | undefined {
  switch (machine.platform) {
    case 'darwin':
      return { kind: 'default', program: '/usr/bin/open', words: [] };
    case 'win32':
      return { kind: 'default', program: 'cmd.exe', words: ['/c', 'start', '""'] };
    default: {
      const program = located('xdg-open', machine);
      return program === undefined ? undefined : { kind: 'default', program, words: [] };
    }
  }
}

/** A path as it is, a name wherever $PATH has it. */
function located(name: string, { environment, isProgram }: Machine): string | undefined {
  if (isAbsolute(name) || /^[A-Za-z]:\\/.test(name)) return isProgram(name) ? name : undefined;
  return (environment.PATH ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isProgram);
}

const isConfined = (path: string, { realPath }: Machine): boolean =>
  [path, realPath(path)].some((one) => /\/snap\/|\/flatpak\//.test(one)) || realPath(path).endsWith('/snap');

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
