/**
 * The client as the server serves it, built of its sources without a step for whoever runs the server: in a child
 * process, and kept beside them, or in `cache` where the program's folder is not ours to write.
 */
import { join } from 'node:path';
import { openKept } from './kept.ts';
import type { Site } from './site.ts';
import { sourcesKey } from './sources.ts';

export type { Site, SiteFile } from './site.ts';

const CHILD = join(import.meta.dir, 'child.ts');
const BESIDE = join(import.meta.dir, '../dist');

export interface OpenSiteOptions {
  readonly cache: string;
  readonly signal: AbortSignal;
}

/** Rejects with an Error that holds what the bundler said, or with the signal's reason. */
export async function openSite({ cache, signal }: OpenSiteOptions): Promise<Site> {
  const build = (folder: string) => runChild([folder], signal);
  return openKept({ places: [BESIDE, cache], key: await sourcesKey(), build });
}

/** `words`: the folder, and another program where it is not the client. */
export async function runChild(words: readonly string[], signal: AbortSignal): Promise<void> {
  const child = Bun.spawn([process.execPath, CHILD, ...words], {
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
