/** Erasing what no event of the log erases: by time, and for accounts that go [ERASE-3]. */
import type { Database } from 'bun:sqlite';
import type { Sequence, StreamId } from '@sotto/model';
import { dropOffer, trimOffers } from './message-files.ts';
import { eraseFromSearch, trimSearch } from './search-erase.ts';
import type { Statements } from './statements.ts';

/** Events of one step, and their contents: others' commits wait no longer than for it. Search forgets a KiB in up to 3 ms. */
const STEP_EVENTS = 100;
const STEP_BYTES = 64 * 1024;

const SQL = {
  stream: 'select head, first_kept from streams where stream = ?',
  sizes: `select sequence, length(content) as bytes from event_contents
    where stream = ? and sequence >= ? and sequence < ? order by sequence`,
  eraseContent: 'delete from event_contents where stream = ? and sequence = ?',
  eraseEdits: `delete from event_contents where stream = ?1 and sequence in
    (select sequence from message_edits where stream = ?1 and target = ?2)`,
  dropMentions: 'delete from mentions where stream = ? and sequence = ?',
  /** What is said later about a message that goes, goes with it. */
  trimEditContents: `delete from event_contents where stream = ?1 and sequence in
    (select sequence from message_edits where stream = ?1 and target < ?2)`,
  firstKept: 'update streams set first_kept = ?2 where stream = ?1',
};
const TRIMMED = [
  'delete from event_contents where stream = ? and sequence < ?',
  'delete from events where stream = ? and sequence < ?',
  'delete from message_edits where stream = ? and target < ?',
  'delete from message_states where stream = ? and target < ?',
  'delete from thread_messages where stream = ? and root < ?',
  'delete from reactions where stream = ? and target < ?',
  'delete from mentions where stream = ? and sequence < ?',
];

export class Eraser {
  readonly #db: Database;
  readonly #statements: Statements;

  constructor(db: Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  /** One step; whether that was all. */
  trim(stream: StreamId, before: Sequence): boolean {
    return this.#transaction(() => {
      const row = this.#statements.get(SQL.stream).get(stream) as StreamRow | null;
      if (row === null) return true;
      const end = Math.min(before, row.head + 1);
      const most = Math.min(end, row.first_kept + STEP_EVENTS);
      if (most <= row.first_kept) return true;
      const until = this.#within(stream, row.first_kept, most);
      this.#statements.get(SQL.trimEditContents).run(stream, until);
      for (const sql of TRIMMED) this.#statements.get(sql).run(stream, until);
      trimOffers(this.#statements, stream, until as Sequence);
      trimSearch(this.#statements, stream, until as Sequence);
      this.#statements.get(SQL.firstKept).run(stream, until);
      return until === end;
    });
  }

  /** The first sequence after as much as one step takes; at least one event. */
  #within(stream: StreamId, from: Sequence, until: number): number {
    const sizes = this.#statements.get(SQL.sizes).all(stream, from, until) as readonly SizeRow[];
    let left = STEP_BYTES;
    for (const { sequence, bytes } of sizes) {
      if (left <= 0) return sequence;
      left -= bytes;
    }
    return until;
  }

  eraseContents(stream: StreamId, sequences: readonly Sequence[]): void {
    this.#transaction(() => {
      for (const sequence of sequences) {
        this.#statements.get(SQL.eraseContent).run(stream, sequence);
        this.#statements.get(SQL.eraseEdits).run(stream, sequence);
        this.#statements.get(SQL.dropMentions).run(stream, sequence);
        dropOffer(this.#statements, stream, sequence);
        eraseFromSearch(this.#statements, stream, sequence);
      }
    });
  }

  #transaction<T>(work: () => T): T {
    this.#db.exec('begin immediate');
    try {
      const result = work();
      this.#db.exec('commit');
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('rollback');
      throw error;
    }
  }
}

interface SizeRow {
  sequence: Sequence;
  bytes: number;
}

interface StreamRow {
  head: Sequence;
  first_kept: Sequence;
}
