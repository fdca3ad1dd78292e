/** A built client on disk: one folder with an index. Its writer renames it into place, so it is there whole or not at all. */
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf } from './build.ts';
import type { Site, SiteFile } from './site.ts';

const INDEX = 'index.json';

interface Entry {
  path: string;
  /** Of its bytes in the folder, and of the packed ones where there are. */
  file: string;
  packed: string | undefined;
  type: string;
  digest: string;
  immutable: boolean;
}

export async function writeFolder(folder: string, { files }: Site): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.draft-`);
  try {
    const entries: Entry[] = [];
    for (const [path, { body, gzip, ...rest }] of files) {
      const file = `${entries.length}`;
      await writeFile(join(draft, file), body);
      if (gzip !== undefined) await writeFile(join(draft, `${file}.gz`), gzip);
      entries.push({ path, file, packed: gzip && `${file}.gz`, ...rest });
    }
    await writeFile(join(draft, INDEX), JSON.stringify(entries));
    await place(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Where another process was first with a whole one, that is as good; somebody may be reading it. */
async function place(draft: string, folder: string): Promise<void> {
  try {
    await rename(draft, folder);
  } catch (error) {
    if ((await readFolder(folder)) !== undefined) return;
    if (!(await isThere(folder))) throw error;
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  }
}

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    () => false,
  );

/** Undefined where there is none, or where a file is not what was written: a power cut may have emptied it. */
export async function readFolder(folder: string): Promise<Site | undefined> {
  try {
    const entries = JSON.parse(await readFile(join(folder, INDEX), 'utf8')) as Entry[];
    const files = await Promise.all(
      entries.map(async (entry) => [entry.path, await readEntry(folder, entry)] as const),
    );
    return { files: new Map(files) };
  } catch {
    return undefined;
  }
}

async function readEntry(
  folder: string,
  { file, packed, type, digest, immutable }: Entry,
): Promise<SiteFile> {
  const body = new Uint8Array(await readFile(join(folder, file)));
  if (digestOf(body) !== digest) throw new Error(`${file} is damaged`);
  const gzip = packed === undefined ? undefined : new Uint8Array(await readFile(join(folder, packed)));
  if (gzip !== undefined && digestOf(Bun.gunzipSync(gzip)) !== digest)
    throw new Error(`${packed} is damaged`);
  return { type, body, gzip, digest, immutable };
}
