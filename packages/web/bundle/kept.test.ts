/** Where built clients are kept, and what becomes of those that are damaged, half written or old. */
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { siteFile } from './build.ts';
import { readFolder, writeFolder } from './folder.ts';
import { runChild } from './index.ts';
import { openKept } from './kept.ts';
import type { Site } from './site.ts';
import { sourcesKey } from './sources.ts';

const PROGRAM = new TextEncoder().encode('tea '.repeat(100));
const SITE: Site = { files: new Map([['/', siteFile(PROGRAM, 'text/html;charset=utf-8', false)]]) };
const never = () => new AbortController().signal;

describe('a client that is kept', () => {
  let home: string;
  let builds: string[];
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'sotto-kept-'));
    builds = [];
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const build = async (folder: string) => {
    builds.push(folder);
    await writeFolder(folder, SITE);
  };
  const open = (key: string, places = [join(home, 'first'), join(home, 'second')]) =>
    openKept({ places, key, build });

  test('[WEB-6] it is built once for each state of the sources', async () => {
    expect(await open('a')).toEqual(SITE);
    expect(await open('a')).toEqual(SITE);
    expect(builds).toEqual([join(home, 'first', 'a')]);
    await open('b');
    expect(builds.length).toBe(2);
  });

  test('[WEB-6] a place that is not ours to write is passed over; where there is none, it says so', async () => {
    await writeFile(join(home, 'file'), '');
    const places = [join(home, 'file', 'first'), join(home, 'second')];
    await open('a', places);
    expect(builds).toEqual([join(home, 'second', 'a')]);
    await open('a', places);
    expect(builds.length).toBe(1);
    await expect(open('a', [join(home, 'file', 'first')])).rejects.toThrow('can be written');
  });

  test('[WEB-6] what a power cut emptied, or what is missing, is built again', async () => {
    await open('a');
    const folder = join(home, 'first', 'a');
    for (const name of await readdir(folder)) {
      await truncate(join(folder, name), 1);
      expect(await readFolder(folder)).toBeUndefined();
      expect(await open('a')).toEqual(SITE);
      await rm(join(folder, name));
      expect(await open('a')).toEqual(SITE);
    }
    expect(builds.length).toBe(1 + 2 * 3);
  });

  test('[WEB-6] two at once do not disturb each other, and nothing half written stays', async () => {
    const sites = await Promise.all([open('a'), open('a'), open('a')]);
    expect(sites).toEqual([SITE, SITE, SITE]);
    expect(await readdir(join(home, 'first'))).toEqual(['a']);
  });

  test('[WEB-6] old builds go, and drafts of those who were killed', async () => {
    const first = join(home, 'first');
    for (const [index, name] of ['a', 'b.draft-x', 'c', 'd', 'e'].entries()) {
      await mkdir(join(first, name), { recursive: true });
      await utimes(join(first, name), 1_000 + index, 1_000 + index);
    }
    await open('f');
    expect((await readdir(first)).sort()).toEqual(['c', 'd', 'e', 'f']);
  });

  test('[WEB-6] building that fails says why, leaves nothing, and can be called off', async () => {
    const program = join(home, 'broken.tsx');
    await writeFile(program, "import './not-there.ts';");
    const folder = join(home, 'built');
    await expect(runChild([folder, program], never())).rejects.toThrow('not-there.ts');
    const called = new AbortController();
    const running = runChild([folder, program], called.signal);
    called.abort(new Error('the server stops'));
    await expect(running).rejects.toThrow('the server stops');
    await Promise.allSettled([running]);
    await runChild([folder, program], never()).catch(() => {});
    expect(await readdir(home)).toEqual(['broken.tsx']);
  });

  test('[WEB-6] the state of the sources has one name as long as nothing changes', async () => {
    expect(await sourcesKey()).toMatch(/^[0-9a-f]{32}$/);
  });
});
