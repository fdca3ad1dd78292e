/** A client that is built once for each state of its sources and kept in a folder of that name. */
import { access, constants, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFolder } from './folder.ts';
import type { Site } from './site.ts';

/** Builds of other states of the sources: those who move between two branches need not build at each move. */
const KEPT = 4;
/** What is younger may be what another process is writing. */
const YOUNG_MS = 10 * 60_000;

export interface KeptOptions {
  /** Folders, the most wanted first; it is written into the first that is ours to write. They are made when needed. */
  readonly places: readonly string[];
  /** Names the state of the sources. */
  readonly key: string;
  /** Writes the client into a folder that is not there yet; another process may do the same. */
  readonly build: (folder: string) => Promise<void>;
}

export async function openKept({ places, key, build }: KeptOptions): Promise<Site> {
  for (const place of places) {
    const kept = await readFolder(join(place, key));
    if (kept !== undefined) return kept;
  }
  const place = await firstWritable(places);
  const folder = join(place, key);
  await build(folder);
  const built = await readFolder(folder);
  if (built === undefined) throw new Error(`the client was built, but cannot be read in ${folder}`);
  await prune(place, key).catch(() => {});
  return built;
}

async function firstWritable(places: readonly string[]): Promise<string> {
  for (const place of places) if (await isWritable(place)) return place;
  throw new Error(`the client cannot be kept: none of ${places.join(', ')} can be written`);
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A server that reads one of these just now builds it again. */
async function prune(place: string, key: string): Promise<void> {
  const others = (await readdir(place)).filter((name) => name !== key);
  const aged = await Promise.all(
    others.map(async (name) => ({ name, atMs: (await stat(join(place, name))).mtimeMs })),
  );
  aged.sort((a, b) => b.atMs - a.atMs);
  const old = aged.slice(KEPT - 1).filter(({ atMs }) => atMs < Date.now() - YOUNG_MS);
  for (const { name } of old) await rm(join(place, name), { recursive: true, force: true });
}
