/**
 * One process per directory. A file names the process that holds it; a process that is gone, or whose number went to
 * another one, holds it no more.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ProfileInUse } from '../errors.ts';
import { systemCode } from './system-files.ts';

/** Taking over from a dead process takes a moment; a mark of it this old was left by one that died in between. */
const TAKEOVER_MAX_MS = 5_000;

/** Resolves with what releases it; throws ProfileInUse. */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'lock');
  const own = await describe(process.pid);
  const draft = join(directory, `lock.${randomUUID()}`);
  await writeFile(draft, own, { mode: 0o600 });
  try {
    if (!(await claim(draft, path))) await takeOver(directory, path, draft);
  } finally {
    await unlink(draft);
  }
  return () => unlink(path);
}

/** Atomic: false when the name exists. */
async function claim(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** One process at a time looks whether the holder is dead, so that none removes the lock of another that just took it. */
async function takeOver(directory: string, path: string, draft: string): Promise<void> {
  const mark = join(directory, 'lock.takeover');
  await mkdir(mark).catch(async (error) => {
    if (systemCode(error) !== 'EEXIST') throw error;
    // Gone by now: whoever made it has the lock, or found that somebody has it.
    const madeMs = await stat(mark).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    if (Date.now() - madeMs < TAKEOVER_MAX_MS) throw new ProfileInUse(directory, 'another process');
  });
  try {
    const holder = await readFile(path, 'utf8').catch(() => '');
    if (holder !== '' && (await isAlive(holder)))
      throw new ProfileInUse(directory, `process ${pidOf(holder)}`);
    await unlink(path).catch(() => {});
    if (!(await claim(draft, path))) throw new ProfileInUse(directory, 'another process');
  } finally {
    await rmdir(mark).catch(() => {});
  }
}

async function isAlive(holder: string): Promise<boolean> {
  const pid = pidOf(holder);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  return (await describe(pid)) === holder;
}

/** Number and, where the system tells (Linux), start time of a process. */
async function describe(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field, in parentheses, is the only one that may hold spaces; the start is the 22nd.
  const start = line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${start}`;
}

const pidOf = (holder: string) => Number(holder.split(' ')[0]);
