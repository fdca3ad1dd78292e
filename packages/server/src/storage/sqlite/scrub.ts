/**
 * Removes what SQLite leaves of erased rows. `secure_delete` overwrites what is deleted where it lies; but when a page is
 * split or merged, copies of the rows that moved stay in the page's gap, between the list of its cells and the cells, and
 * whatever becomes of the rows later does not touch them. SQLite never reads a gap, so zeros may be written over it: past
 * SQLite, since it has no way to do so itself.
 *
 * That is safe while nobody writes the file: the log is empty, so that no checkpoint has anything to write, and this
 * connection holds the only right to write to the log. Another program that has the database open, as `sotto admin` has for
 * a moment, may bring back a gap with a page that it read before and writes later.
 */
import type { Database } from 'bun:sqlite';
import { closeSync, constants, fdatasyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';

/** Pages of one step: a few milliseconds, since nothing else is stored meanwhile. */
const STEP_PAGES = 2_000;
/** With fewer pages than this the first byte of a page that is no tree is always 0: it begins with a page's number. */
const PAGES_MAX = 2 ** 24;
const HEADER_BYTES = 100;
const INTERIOR = [2, 5];
const LEAF = [10, 13];
const CHECKPOINT = 'pragma wal_checkpoint(truncate)';

export class Scrubber {
  readonly #db: Database;
  readonly #path: string;
  /** Stays open as long as the database: closing it would drop the locks that SQLite holds on the file. */
  readonly #file: number;

  constructor(db: Database, path: string) {
    this.#db = db;
    this.#path = path;
    this.#file = openSync(path, constants.O_RDWR);
  }

  /** After the database was closed. */
  close(): void {
    closeSync(this.#file);
  }

  /** See `EventStore.scrub`. */
  step(from: number): number | 'busy' {
    if (!this.#emptyLog()) return 'busy';
    this.#db.exec('begin immediate');
    try {
      return this.#logIsEmpty() ? this.#clean(from) : 'busy';
    } finally {
      this.#db.exec('rollback');
    }
  }

  /** Waits for nobody: everything else would wait with it. */
  #emptyLog(): boolean {
    const { timeout } = this.#db.query('pragma busy_timeout').get() as { timeout: number };
    this.#db.exec('pragma busy_timeout = 0');
    try {
      return (this.#db.query(CHECKPOINT).get() as { busy: number } | null)?.busy === 0;
    } finally {
      this.#db.exec(`pragma busy_timeout = ${timeout}`);
    }
  }

  #logIsEmpty(): boolean {
    return (statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
  }

  #clean(from: number): number {
    const { page_count: pages } = this.#db.query('pragma page_count').get() as { page_count: number };
    const { page_size: size } = this.#db.query('pragma page_size').get() as { page_size: number };
    if (pages >= PAGES_MAX) return 0;
    const count = Math.min(STEP_PAGES, pages - from);
    if (count > 0) this.#cleanPages(from, count, size);
    const next = from + count;
    if (next < pages && count > 0) return next;
    fdatasyncSync(this.#file);
    return 0;
  }

  #cleanPages(from: number, count: number, size: number): void {
    const bytes = Buffer.alloc(count * size);
    const length = readSync(this.#file, bytes, 0, bytes.length, from * size);
    const dirty: Gap[] = [];
    for (let page = 0; (page + 1) * size <= length; page++) {
      const gap = gapOf(bytes, page * size, size, from + page === 0 ? HEADER_BYTES : 0);
      if (gap !== undefined && hasAnything(bytes, gap)) dirty.push(gap);
    }
    if (dirty.length === 0) return;
    // Pages in this connection's memory have the same gaps, and would bring them back.
    this.#db.exec('pragma shrink_memory');
    for (const { start, end } of dirty) {
      writeSync(this.#file, new Uint8Array(end - start), 0, end - start, from * size + start);
    }
  }
}

interface Gap {
  start: number;
  end: number;
}

/** Of a page of a tree; undefined for any other page. See sqlite.org/fileformat2.html, 1.6. */
function gapOf(bytes: Buffer, page: number, size: number, skipped: number): Gap | undefined {
  const header = page + skipped;
  const type = bytes[header] ?? 0;
  if (!INTERIOR.includes(type) && !LEAF.includes(type)) return undefined;
  const cells = bytes.readUInt16BE(header + 3);
  const start = header + (INTERIOR.includes(type) ? 12 : 8) + 2 * cells;
  const end = page + (bytes.readUInt16BE(header + 5) || 65_536);
  return start < end && end <= page + size ? { start, end } : undefined;
}

function hasAnything(bytes: Buffer, { start, end }: Gap): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0) return true;
  return false;
}
