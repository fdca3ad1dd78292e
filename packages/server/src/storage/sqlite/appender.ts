import type { Database } from 'bun:sqlite';
import type { Sequence, StreamId } from '@sotto/model';
import type { Append, AppendResult, NewEvent, StreamState } from '../../events/store.ts';
import { applyChange } from './derived.ts';
import { refuseFileChange } from './derived-files.ts';
import { refuseMessageChange } from './derived-messages.ts';
import { refuseRoomChange } from './derived-rooms.ts';
import type { Statements } from './statements.ts';

const SQL = {
  accepted:
    'select sequence, time_ms from accepted_messages where stream = ? and sender = ? and client_message_id = ?',
  accept:
    'insert into accepted_messages (stream, sender, client_message_id, sequence, time_ms) values (?, ?, ?, ?, ?)',
  event: `insert into events (stream, sequence, kind, sender, device, time_ms, relates_to, thread, role,
    counts_unread, digest, client_message_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  content: 'insert into event_contents (stream, sequence, salt, content) values (?, ?, ?, ?)',
  stream: 'select head, epoch from streams where stream = ?',
  saveStream: `insert into streams (stream, head, first_kept, epoch) values (?, ?, 1, ?)
    on conflict (stream) do update set head = excluded.head, epoch = excluded.epoch`,
};

type Position = Pick<StreamState, 'head' | 'epoch'> & { changed: boolean };
type Refusal = Exclude<AppendResult, { kind: 'appended' }>;

/**
 * The hot path of the log. Each append of a batch is checked before anything of it is written, so that one that is
 * refused leaves the others alone without savepoints.
 */
export class Appender {
  readonly #db: Database;
  readonly #statements: Statements;
  /** Heads and epochs of the streams that the running batch touches. */
  readonly #positions = new Map<StreamId, Position>();

  constructor(db: Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  append(batch: readonly Append[]): readonly AppendResult[] {
    this.#db.exec('begin immediate');
    try {
      const results = batch.map((append) => this.#appendOne(append));
      this.#savePositions();
      this.#db.exec('commit');
      return results;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('rollback');
      throw error;
    } finally {
      this.#positions.clear();
    }
  }

  #appendOne({ events, changes, expectedEpoch }: Append): AppendResult {
    const refusal =
      this.#duplicate(events) ??
      this.#epochConflict(expectedEpoch) ??
      refuseRoomChange(this.#statements, changes) ??
      refuseMessageChange(this.#statements, changes) ??
      refuseFileChange(this.#statements, changes);
    if (refusal !== undefined) return refusal;
    for (const change of changes)
      applyChange(this.#statements, change, (stream) => this.#position(stream).head);
    const sequences = events.map((event) => this.#store(event));
    if (expectedEpoch !== undefined) {
      const position = this.#position(expectedEpoch.stream);
      position.epoch++;
      position.changed = true;
    }
    return { kind: 'appended', sequences };
  }

  #duplicate(events: readonly NewEvent[]): Refusal | undefined {
    for (const { clientMessageId, stream, sender } of events) {
      if (clientMessageId === undefined) continue;
      const row = this.#statements
        .get(SQL.accepted)
        .get(stream, sender, clientMessageId) as AcceptedRow | null;
      if (row !== null) return { kind: 'duplicate', sequence: row.sequence, timeMs: row.time_ms };
    }
    return undefined;
  }

  #epochConflict(expected: Append['expectedEpoch']): Refusal | undefined {
    if (expected === undefined) return undefined;
    const { epoch } = this.#position(expected.stream);
    return epoch === expected.epoch ? undefined : { kind: 'epochConflict', epoch };
  }

  #store(event: NewEvent): Sequence {
    const { stream, sender, timeMs, clientMessageId } = event;
    const position = this.#position(stream);
    const sequence = (position.head + 1) as Sequence;
    if (clientMessageId !== undefined) {
      this.#statements.get(SQL.accept).run(stream, sender, clientMessageId, sequence, timeMs);
    }
    this.#statements
      .get(SQL.event)
      .run(
        stream,
        sequence,
        event.kind,
        sender,
        event.device,
        timeMs,
        event.relatesTo,
        event.thread,
        event.role,
        event.countsUnread,
        event.digest,
        clientMessageId ?? null,
      );
    this.#statements.get(SQL.content).run(stream, sequence, event.salt, event.content);
    position.head = sequence;
    position.changed = true;
    return sequence;
  }

  #position(stream: StreamId): Position {
    const known = this.#positions.get(stream);
    if (known !== undefined) return known;
    const row = this.#statements.get(SQL.stream).get(stream) as Omit<Position, 'changed'> | null;
    const position = { head: row?.head ?? (0 as Sequence), epoch: row?.epoch ?? 0, changed: false };
    this.#positions.set(stream, position);
    return position;
  }

  #savePositions(): void {
    for (const [stream, { head, epoch, changed }] of this.#positions) {
      if (changed) this.#statements.get(SQL.saveStream).run(stream, head, epoch);
    }
  }
}

interface AcceptedRow {
  sequence: Sequence;
  time_ms: number;
}
