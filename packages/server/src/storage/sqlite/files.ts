import { Database } from 'bun:sqlite';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../../system-files.ts';
import { StorageError } from '../errors.ts';
import { storageFailure } from './failures.ts';

const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;

/** Makes the file, and its directory where missing, for this user only; SQLite gives its side files the same mode. */
export function makePrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_DIRECTORY });
    // Only when it is new: closing any descriptor of a file drops the POSIX locks that SQLite holds on it.
    if (!existsSync(path)) closeSync(openSync(path, 'a', PRIVATE_FILE));
  } catch (error) {
    throw new StorageError(systemCode(error) === 'ENOSPC' ? 'full' : 'noAccess', failure(path, error));
  }
}

/**
 * Keeps a second server off a database: SQLite's own lock on a file beside it, which the system releases however the
 * process ends. Returns its release; throws StorageError 'inUse'.
 */
export function lockForServing(path: string): () => void {
  const lockPath = `${path}.lock`;
  makePrivateFile(lockPath);
  const lock = new Database(lockPath, { readwrite: true, create: false });
  try {
    lock.exec('pragma busy_timeout = 0');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    const reason = storageFailure(error, lockPath);
    throw reason.code === 'busy'
      ? new StorageError('inUse', `another server uses the database ${path}`)
      : reason;
  }
  return () => lock.close();
}

const failure = (path: string, error: unknown): string =>
  `the database ${path} cannot be made (${systemCode(error) ?? String(error)})`;
