/** Parts that nobody went on with [SAVE-5]. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDirectory } from '../stores/lock.ts';

export const PART_KEPT_MS = 7 * 24 * 60 * 60_000;
const PART = /^\.[0-9a-f]{64}\.part$/;

/** One that is in use stays, and trouble with one is no trouble of whoever saves another. */
export async function removeOldParts(directory: string, nowMs: number): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((each) => PART.test(each))) {
    await removeOld(join(directory, name), nowMs).catch(() => {});
  }
}

async function removeOld(part: string, nowMs: number): Promise<void> {
  const { mtimeMs } = await stat(join(part, 'data')).catch(() => stat(part));
  if (nowMs - mtimeMs < PART_KEPT_MS) return;
  await lockDirectory(part);
  await rm(part, { recursive: true, force: true });
}
