import { StorageError } from './errors.ts';
import { IN_MEMORY } from './sqlite/engine.ts';
import { migrateSqlite, openSqlite, type SqliteOptions } from './sqlite/open.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  /** `sqlite:PATH`, a path, or `:memory:`. */
  url: string;
  /** Work in this thread instead of a worker: everything waits for the disk. */
  inThread?: boolean;
  /**
   * Use a database that a server may have open too, as `sotto admin` does: it must exist and have this version's
   * schema. Otherwise this is the only server on it, and the schema is made or migrated.
   */
  shared?: boolean;
  /** Makes the incarnation of a new log. */
  uuid: () => string;
}

/** Rejects with StorageError. */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  return openSqlite(sqliteOptions(options));
}

/** Makes or migrates the database; returns the names of the migrations it applied. */
export async function migrateStore(options: OpenStoreOptions): Promise<readonly string[]> {
  return migrateSqlite(sqliteOptions(options));
}

function sqliteOptions({ url, inThread = false, shared = false, uuid }: OpenStoreOptions): SqliteOptions {
  return { path: sqlitePath(url), inThread, shared, uuid };
}

function sqlitePath(url: string): string {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]+):(.*)$/i.exec(url) ?? [];
  if (scheme === undefined || url === IN_MEMORY) return present(url, url);
  if (scheme.toLowerCase() === 'sqlite') return present(rest.replace(/^\/\/(?=\/)/, ''), url);
  // A URL may hold a password: name its scheme only.
  throw new StorageError('unsupported', `databases at ${scheme}: are not available in this version`);
}

function present(path: string, url: string): string {
  if (path === '') throw new StorageError('unsupported', `the database address "${url}" names no file`);
  return path;
}
