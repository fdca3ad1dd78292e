import { link, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing, syncDirectory, systemCode } from './system-files.ts';

/** Bits that let the group or others in. Windows keeps its rights elsewhere. */
const NOT_THE_OWNER = 0o077;

/** The text of a file that only its owner can read; undefined when there is none. Throws when others can read it. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(ignoreMissing);
  if (found === undefined) return undefined;
  if (process.platform !== 'win32' && (found.mode & NOT_THE_OWNER) !== 0) {
    const mode = (found.mode & 0o777).toString(8);
    throw new Error(`${path} can be read by others (mode ${mode}). Run: chmod 600 ${path}`);
  }
  return (await readFile(path, 'utf8')).trim();
}

/**
 * Writes a file of mode 0600, whole and durable or not at all. Where the path exists already, it stays as it is:
 * of two processes that start at once, both go on with the same file. Returns what the file now holds.
 */
export async function createPrivateFile(path: string, text: string): Promise<string> {
  const draft = `${path}.${crypto.randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(dirname(path));
  return (await readPrivateFile(path)) ?? text;
}

export const removePrivateFile = (path: string): Promise<void> => rm(path, { force: true });

function ignoreMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}
