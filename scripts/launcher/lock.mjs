import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_INTERVAL_MS = 200;

/**
 * Runs `work` while no other process holds the lock in `directory`; calls `onWait` once if it has to wait. The lock of
 * a process that died is taken over.
 *
 * The lock is a folder that holds its owner's name. It comes and goes by renaming, which fails when the target is a
 * folder that is not empty: so it is never seen half made, and of two processes that want it one gets it.
 */
export async function withLock(directory, onWait, work) {
  mkdirSync(directory, { recursive: true });
  const lock = join(directory, 'lock');
  const token = randomUUID();
  if (!claim(directory, lock, token)) {
    onWait();
    do {
      breakIfOwnerDied(directory, lock);
      await sleep(POLL_INTERVAL_MS);
    } while (!claim(directory, lock, token));
  }
  try {
    return await work();
  } finally {
    const released = join(directory, `released-${token}`);
    renameSync(lock, released);
    rmSync(released, { recursive: true });
  }
}

function claim(directory, lock, token) {
  const mine = mkdtempSync(join(directory, 'claim-'));
  writeFileSync(join(mine, 'owner'), JSON.stringify({ pid: process.pid, token }));
  try {
    renameSync(mine, lock);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true });
    if (['EEXIST', 'ENOTEMPTY', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

// Named after the dead owner's token, the place to move its lock to can be taken only once: a process that is late
// cannot move away the lock of the one that came next.
function breakIfOwnerDied(directory, lock) {
  try {
    const owner = JSON.parse(readFileSync(join(lock, 'owner'), 'utf8'));
    if (!isAlive(owner.pid)) renameSync(lock, join(directory, `abandoned-${owner.token}`));
  } catch (error) {
    if (!['ENOENT', 'EEXIST', 'ENOTEMPTY', 'EPERM'].includes(error.code)) throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
