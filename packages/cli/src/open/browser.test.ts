import { describe, expect, test } from 'bun:test';
import { findBrowser, hasDisplay, type Machine } from './browser.ts';
import { appWords, folderFor } from './window.ts';

function machine(programs: readonly string[], rest: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    environment: { PATH: '/usr/local/bin:/usr/bin::relative' },
    isProgram: (path) => programs.includes(path),
    realPath: (path) => path,
    ...rest,
  };
}

describe('which browser shows the window', () => {
  test('C1: one of its family, the first in the list wherever $PATH has it', () => {
    expect(
      findBrowser(machine(['/usr/bin/google-chrome', '/usr/local/bin/chromium', '/usr/bin/xdg-open'])),
    ).toEqual({
      kind: 'app',
      program: '/usr/local/bin/chromium',
    });
    expect(findBrowser(machine(['/usr/bin/brave-browser']))).toEqual({
      kind: 'app',
      program: '/usr/bin/brave-browser',
    });
  });

  test('C1: else whatever opens pages here, and nothing where nothing does', () => {
    expect(findBrowser(machine(['/usr/bin/xdg-open']))).toEqual({
      kind: 'default',
      program: '/usr/bin/xdg-open',
      words: [],
    });
    expect(findBrowser(machine([]))).toBeUndefined();
    expect(findBrowser(machine(['relative/chromium']))).toBeUndefined();
  });

  test('C1: what is confined cannot see the window, so another one is taken', () => {
    const snap = machine(['/usr/bin/chromium', '/usr/bin/vivaldi'], {
      realPath: (path) => (path.endsWith('chromium') ? '/usr/bin/snap' : path),
    });
    expect(findBrowser(snap)).toEqual({ kind: 'app', program: '/usr/bin/vivaldi' });
    const inSnap = machine(['/snap/bin/chromium', '/snap/bin/xdg-open'], {
      environment: { PATH: '/snap/bin' },
    });
    expect(findBrowser(inSnap)).toEqual({ kind: 'default', program: '/snap/bin/xdg-open', words: [] });
  });

  test('C1: a confined one alone, or by wish, is told nothing but the file, where it can read it', () => {
    const alone = { kind: 'default', program: '/snap/bin/chromium', words: [] } as const;
    const environment = { PATH: '/snap/bin' };
    const found = findBrowser(machine(['/snap/bin/chromium'], { environment }));
    expect(found).toEqual(alone);
    const wanted = machine(['/snap/bin/chromium', '/usr/bin/chromium'], {
      environment: { PATH: '/usr/bin', SOTTO_BROWSER: '/snap/bin/chromium' },
    });
    expect(findBrowser(wanted)).toEqual(alone);
    if (process.platform === 'linux') expect(folderFor(found)).toBe('home');
    expect(folderFor({ kind: 'app', program: '/usr/bin/chromium' })).toBe('session');
    expect(folderFor(undefined)).toBe('session');
  });

  test('C1: whether there is a display at all, as far as it can be told', () => {
    const has = (environment: Machine['environment'], platform: Machine['platform'] = 'linux') =>
      hasDisplay({ platform, environment });
    expect([has({}), has({ DISPLAY: '' })]).toEqual([false, false]);
    expect([has({ DISPLAY: ':0' }), has({ WAYLAND_DISPLAY: 'wayland-0' })]).toEqual([true, true]);
    expect([has({ SOTTO_BROWSER: 'x' }), has({}, 'darwin'), has({}, 'win32')]).toEqual([true, true, true]);
  });

  test('C1: SOTTO_BROWSER goes before all, and must be a program', () => {
    const environment = { PATH: '/usr/bin', SOTTO_BROWSER: '/opt/mine' };
    expect(findBrowser(machine(['/opt/mine', '/usr/bin/chromium'], { environment }))).toEqual({
      kind: 'app',
      program: '/opt/mine',
    });
    expect(() => findBrowser(machine(['/usr/bin/chromium'], { environment }))).toThrow(
      'SOTTO_BROWSER "/opt/mine"',
    );
  });

  test('C1: elsewhere where such programs are', () => {
    const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(findBrowser(machine([mac], { platform: 'darwin' }))).toEqual({ kind: 'app', program: mac });
    expect(findBrowser(machine([], { platform: 'darwin' }))?.kind).toBe('default');
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    const environment = { 'ProgramFiles(x86)': 'C:\\Program Files (x86)' };
    expect(findBrowser(machine([edge], { platform: 'win32', environment }))).toEqual({
      kind: 'app',
      program: edge,
    });
  });

  test('[RELAY-4] C1: its arguments hold no more than where the file is', () => {
    expect(appWords('file:///run/open.html', '/profile')).toEqual([
      '--app=file:///run/open.html',
      '--user-data-dir=/profile',
      '--no-first-run',
      '--no-default-browser-check',
    ]);
  });
});
