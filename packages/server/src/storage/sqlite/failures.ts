import { SQLiteError } from 'bun:sqlite';
import { StorageError, type StorageErrorCode } from '../errors.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html) by what the operator has to do; longer codes start with them. */
const CODES: readonly (readonly [sqlite: string, code: StorageErrorCode, meaning: string])[] = [
  ['SQLITE_NOTADB', 'notADatabase', 'is not an SQLite database'],
  ['SQLITE_CORRUPT', 'corrupt', 'is damaged'],
  ['SQLITE_READONLY', 'readOnly', 'cannot be written'],
  ['SQLITE_FULL', 'full', 'cannot grow: the disk is full'],
  ['SQLITE_IOERR', 'deviceFailed', 'cannot be read or written: the disk reports an error'],
  ['SQLITE_BUSY', 'busy', 'is locked by another process'],
  ['SQLITE_LOCKED', 'busy', 'is locked'],
  ['SQLITE_CANTOPEN', 'noAccess', 'cannot be opened'],
  ['SQLITE_PERM', 'noAccess', 'may not be opened'],
];

/** Whatever the engine threw, as the one error that storage has. `path` is named in it. */
export function storageFailure(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  if (error instanceof SQLiteError) {
    const sqlite = error.code ?? '';
    const known = CODES.find(([prefix]) => sqlite.startsWith(prefix));
    if (known !== undefined)
      return new StorageError(known[1], `the database ${path} ${known[2]} (${sqlite})`);
    return new StorageError('internal', `the database ${path} refused a statement (${error.message})`);
  }
  return new StorageError('internal', error instanceof Error ? error.message : String(error));
}
