/**
 * The client as the server serves it, built of its sources without a step for whoever runs the server: once for each
 * state of the sources, in a child process, and kept beside them, or in `cache` where the program's folder is not ours
 * to write.
 */
import { access, constants, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFolder } from './folder.ts';
import type { Site } from './site.ts';
import { sourcesKey } from './sources.ts';

export type { Site, SiteFile } from './site.ts';

const CHILD = join(import.meta.dir, 'child.ts');
const BESIDE = join(import.meta.dir, '../dist');
/** Builds of other states of the sources: those who move between two branches need not build at each move. */
const KEPT = 4;

export interface OpenSiteOptions {
  /** A folder that is made when it is needed. */
  readonly cache: string;
  readonly signal: AbortSignal;
}

/** Rejects with an Error that holds what the bundler said. */
export async function openSite({ cache, signal }: OpenSiteOptions): Promise<Site> {
  const key = await sourcesKey();
  const prebuilt = await readFolder(join(BESIDE, key));
  if (prebuilt !== undefined) return prebuilt;
  const folder = join((await isWritable(BESIDE)) ? BESIDE : cache, key);
  const kept = await readFolder(folder);
  if (kept !== undefined) return kept;
  await build(folder, signal);
  const built = await readFolder(folder);
  if (built === undefined) throw new Error(`the client was built, but cannot be read in ${folder}`);
  await prune(join(folder, '..'), key).catch(() => {});
  return built;
}

async function build(folder: string, signal: AbortSignal): Promise<void> {
  const child = Bun.spawn([process.execPath, CHILD, folder], {
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    signal,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [said, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`the client could not be built: ${said.trim() || `status ${code}`}`);
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
async function prune(folder: string, key: string): Promise<void> {
  const others = (await readdir(folder)).filter((name) => name !== key);
  const aged = await Promise.all(
    others.map(async (name) => ({ name, atMs: (await stat(join(folder, name))).mtimeMs })),
  );
  aged.sort((a, b) => b.atMs - a.atMs);
  for (const { name } of aged.slice(KEPT - 1)) await rm(join(folder, name), { recursive: true, force: true });
}
