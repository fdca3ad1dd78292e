import { lstat, mkdir, opendir, statfs, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing, syncDirectory, systemCode } from '../../system-files.ts';
import { BlobFailure, diskFailure, onDisk } from './failures.ts';

export const PRIVATE_DIRECTORY = 0o700;
/** Of the disk, what files leave to others: the database may be on it, and without room nobody could say anything any more. */
const SPARE_PART = 1 / 20;
const SPARE_MAX_BYTES = 512 * 1024 * 1024;

/** Makes it for this user only, and durably, where it is missing; its parent must be there. Nothing but a directory will do. */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: PRIVATE_DIRECTORY });
    await syncDirectory(dirname(path));
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (!(await lstat(path)).isDirectory()) throw new BlobFailure(`${path} is no directory`);
  }
}

/** What files may take yet of the disk that it is on. */
export function freeBytesIn(path: string): Promise<number> {
  return onDisk(path, async () => {
    const { bavail, blocks, bsize } = await statfs(path);
    const spare = Math.min(SPARE_MAX_BYTES, Math.ceil(blocks * bsize * SPARE_PART));
    return Math.max(0, bavail * bsize - spare);
  });
}

/** In any order. */
export async function* namesIn(path: string): AsyncIterable<string> {
  try {
    for await (const { name } of await opendir(path)) yield name;
  } catch (error) {
    throw diskFailure(error, path);
  }
}

/** Whether it was there. */
export async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
