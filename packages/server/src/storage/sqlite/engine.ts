import { Database } from 'bun:sqlite';
import { existsSync } from 'node:fs';
import type { Append, AppendResult } from '../../events/store.ts';
import type { Hits, Wanted } from '../../search/store.ts';
import { StorageError } from '../errors.ts';
import { Appender } from './appender.ts';
import { Eraser } from './eraser.ts';
import { storageFailure } from './failures.ts';
import { lockForServing, makePrivateFile } from './files.ts';
import type { EraseStep, SqlResult, SqlValue } from './port.ts';
import { Scrubber } from './scrub.ts';
import { find } from './search-find.ts';
import { SearchIndexer } from './search-index.ts';
import { SearchTidier } from './search-tidy.ts';
import { Statements } from './statements.ts';

const BUSY_TIMEOUT_MS = 5_000;
/** The system caches the file as well; a larger one here would hold the same pages twice. */
const CACHE_KIB = 8 * 1024;
const CHECKPOINT_PAGES = 4_000;
const WAL_KEPT_BYTES = 64 * 1024 * 1024;

const PRAGMAS = [
  `busy_timeout = ${BUSY_TIMEOUT_MS}`,
  'journal_mode = wal',
  'synchronous = full',
  // macOS: only this reaches the disk.
  'fullfsync = on',
  'foreign_keys = on',
  // What is deleted is overwritten [ERASE-2].
  'secure_delete = on',
  `cache_size = -${CACHE_KIB}`,
  `wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
  `journal_size_limit = ${WAL_KEPT_BYTES}`,
];

export const IN_MEMORY = ':memory:';

export interface EngineOptions {
  /** Of a file, or `:memory:`. */
  path: string;
  /** Beside a server, which then has made the database; otherwise this is the only server on it. */
  shared: boolean;
}

/** One SQLite connection, synchronous. Every method throws StorageError and nothing else. */
export class SqliteEngine {
  readonly #path: string;
  readonly #db: Database;
  readonly #unlock: () => void;
  readonly #statements: Statements;
  readonly #appender: Appender;
  readonly #eraser: Eraser;
  readonly #indexer: SearchIndexer;
  readonly #tidier: SearchTidier;
  /** Undefined in memory. */
  readonly #scrubber: Scrubber | undefined;
  #open = true;

  constructor({ path, shared }: EngineOptions) {
    this.#path = path;
    if (shared && !existsSync(path)) throw new StorageError('missing', `there is no database ${path}`);
    if (path !== IN_MEMORY) makePrivateFile(path);
    this.#unlock = shared || path === IN_MEMORY ? () => {} : lockForServing(path);
    try {
      this.#db = openDatabase(path);
      this.#scrubber = shared || path === IN_MEMORY ? undefined : new Scrubber(this.#db, path);
    } catch (error) {
      this.#unlock();
      throw storageFailure(error, path);
    }
    this.#statements = new Statements(this.#db);
    this.#appender = new Appender(this.#db, this.#statements);
    this.#eraser = new Eraser(this.#db, this.#statements);
    this.#indexer = new SearchIndexer(this.#db, this.#statements);
    this.#tidier = new SearchTidier(this.#statements);
  }

  execute(sql: string, parameters: readonly SqlValue[]): SqlResult {
    return this.#guarded(() => {
      // After some failures SQLite has rolled back by itself.
      if (sql === 'rollback' && !this.#db.inTransaction) return { rows: [], changes: 0 };
      const statement = this.#statements.get(sql);
      if (statement.columnNames.length > 0) return { rows: statement.all(...parameters), changes: 0 };
      return { rows: [], changes: statement.run(...parameters).changes };
    });
  }

  append(batch: readonly Append[]): readonly AppendResult[] {
    return this.#guarded(() => {
      const results = this.#appender.append(batch);
      for (const { events } of batch) for (const { stream } of events) this.#indexer.appended(stream);
      return results;
    });
  }

  /** Answers 0 when there is nothing left to do, otherwise where to go on. */
  erase(step: EraseStep): number | 'busy' {
    return this.#guarded(() => {
      switch (step.kind) {
        case 'trim':
          return this.#eraser.trim(step.stream, step.before) ? 0 : 1;
        case 'contents':
          this.#eraser.eraseContents(step.stream, step.sequences);
          return 0;
        case 'scrub':
          return this.#scrubber?.step(step.from) ?? 0;
      }
    });
  }

  /** See `SearchStore`. */
  index(limit: number): boolean {
    return this.#guarded(() => this.#indexer.index(limit));
  }

  tidy(): boolean {
    return this.#guarded(() => this.#tidier.step());
  }

  find(wanted: Wanted): Hits {
    return this.#guarded(() => find(this.#statements, wanted));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.finalize();
    this.#db.close();
    this.#scrubber?.close();
    this.#unlock();
  }

  #guarded<T>(work: () => T): T {
    if (!this.#open) throw new StorageError('closed', `the database ${this.#path} is closed`);
    try {
      return work();
    } catch (error) {
      throw storageFailure(error, this.#path);
    }
  }
}

function openDatabase(path: string): Database {
  const db = new Database(path, { readwrite: true, create: path === IN_MEMORY });
  try {
    for (const pragma of PRAGMAS) db.exec(`pragma ${pragma}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
