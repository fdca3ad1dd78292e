import { constants } from 'node:fs';
import { lstat, mkdir, open, opendir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BlobFailure, diskFailure, isMissing, systemCode } from './failures.ts';

const PRIVATE_DIRECTORY = 0o700;

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

/** What was made, renamed or removed in it is so still after the power failed. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
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
