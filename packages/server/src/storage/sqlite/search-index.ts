/** Follows the log: indexes what was committed, stream by stream from a position that is stored with it. */
import type { Database } from 'bun:sqlite';
import { type Sequence, type StreamId, streamOwner, type UserNumber } from '@sotto/model';
import { EventKind } from '@sotto/schema';
import { firstIdAt, MARKS, type ReadText, textOf, wordsOf } from './search-document.ts';
import { wordsAt } from './search-erase.ts';
import { noteErased } from './search-tidy.ts';
import type { Statements } from './statements.ts';

/** Contents of one commit, which everything else waits for: where somebody means it to be slow, a KiB takes more than a millisecond. */
const BATCH_BYTES = 128 * 1024;

const SQL = {
  behind: `select s.stream from streams s left join search_positions p on p.stream = s.stream
    where s.stream % 4 = 0 and s.head > coalesce(p.indexed, 0)`,
  position: `select s.head, coalesce(p.indexed, 0) as indexed
    from streams s left join search_positions p on p.stream = s.stream where s.stream = ?`,
  events: `select e.sequence, e.kind, e.sender, e.time_ms, e.relates_to, c.content
    from events e left join event_contents c on c.stream = e.stream and c.sequence = e.sequence
    where e.stream = ? and e.sequence > ? order by e.sequence limit ?`,
  savePosition: `insert into search_positions (stream, indexed) values (?, ?)
    on conflict (stream) do update set indexed = excluded.indexed`,
  taken: 'select 1 from search_messages where id = ?',
  addMessage: `insert into search_messages (id, stream, sequence, sender, has_link, has_file)
    values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
  addWords: 'insert into search_words (rowid, words) values (?, ?)',
  find: 'select id, sender, has_file from search_messages where stream = ? and sequence = ?',
  content: 'select content from event_contents where stream = ? and sequence = ?',
  offers: 'select 1 from message_files where stream = ? and sequence = ?',
  setLink: 'update search_messages set has_link = ? where id = ?',
  dropFile: 'update search_messages set has_file = 0 where id = ?',
  replaceWords: 'update search_words set words = ? where rowid = ?',
};

export class SearchIndexer {
  readonly #db: Database;
  readonly #statements: Statements;
  /** Streams with events that are not indexed; undefined until storage was asked. */
  #behind: Set<StreamId> | undefined;
  /** The last id that was given, and for which time. */
  #given = { timeMs: -1, id: -1 };

  constructor(db: Database, statements: Statements) {
    this.#db = db;
    this.#statements = statements;
  }

  /** After the commit of an append to the stream. */
  appended(stream: StreamId): void {
    if (streamOwner(stream)?.kind === 'room') this.#behind?.add(stream);
  }

  /** See `SearchStore.index`. */
  index(limit: number): boolean {
    const behind = this.#known();
    if (behind.size === 0) return false;
    const done: StreamId[] = [];
    this.#db.exec('begin immediate');
    try {
      let left = limit;
      let bytesLeft = BATCH_BYTES;
      for (const stream of behind) {
        if (left <= 0 || bytesLeft <= 0) break;
        // A stream that nothing is left of costs something too.
        const { count, bytes, isDone } = this.#indexStream(stream, left, bytesLeft);
        left -= Math.max(count, 1);
        bytesLeft -= bytes;
        if (isDone) done.push(stream);
      }
      this.#db.exec('commit');
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('rollback');
      throw error;
    }
    for (const stream of done) behind.delete(stream);
    return behind.size > 0;
  }

  #known(): Set<StreamId> {
    if (this.#behind === undefined) {
      const rows = this.#statements.get(SQL.behind).all() as readonly { stream: StreamId }[];
      this.#behind = new Set(rows.map(({ stream }) => stream));
    }
    return this.#behind;
  }

  /** Goes on until it has had `maxBytes`, with one event at least. */
  #indexStream(stream: StreamId, limit: number, maxBytes: number): Indexed {
    const at = this.#statements.get(SQL.position).get(stream) as Position | null;
    if (at === null) return { count: 0, bytes: 0, isDone: true };
    const events = this.#statements.get(SQL.events).all(stream, at.indexed, limit) as readonly EventRow[];
    let count = 0;
    let bytes = 0;
    for (const event of events) {
      if (bytes >= maxBytes) break;
      this.#indexEvent(stream, event);
      count++;
      bytes += event.content?.length ?? 0;
    }
    const isDone = count === events.length && events.length < limit;
    const indexed = isDone ? at.head : (events[count - 1]?.sequence ?? at.head);
    this.#statements.get(SQL.savePosition).run(stream, indexed);
    return { count, bytes, isDone };
  }

  /** Content that was erased is nothing to index, whatever the event. */
  #indexEvent(stream: StreamId, event: EventRow): void {
    if (event.content === null) return;
    if (event.kind === EventKind.MESSAGE) this.#add(stream, event, event.content);
    if (event.kind === EventKind.MESSAGE_EDITED) this.#replace(stream, event.relates_to, event.content);
    if (event.kind === EventKind.FILE_DECLINED) this.#unmarkFile(stream, event.relates_to);
  }

  #add(stream: StreamId, { sequence, sender, time_ms }: EventRow, content: Uint8Array): void {
    const read = textOf(content);
    const hasFile = read.hasFile || this.#statements.get(SQL.offers).get(stream, sequence) !== null;
    const id = this.#freeId(time_ms);
    const row = [id, stream, sequence, sender, read.isLinked, hasFile];
    const { changes } = this.#statements.get(SQL.addMessage).run(...row);
    if (changes === 0) return;
    const words = wordsOf({ stream, sender, ...read, hasFile });
    this.#statements.get(SQL.addWords).run(id, words);
  }

  /** The message keeps its place in time. */
  #replace(stream: StreamId, target: Sequence, content: Uint8Array): void {
    const known = this.#statements.get(SQL.find).get(stream, target) as MessageRow | null;
    if (known === null) return;
    const { text, isLinked } = textOf(content);
    const { id, sender, has_file } = known;
    this.#statements.get(SQL.setLink).run(isLinked, id);
    const { fileName } = this.#firstContent(stream, target);
    this.#write(id, wordsOf({ stream, sender, text, isLinked, fileName, hasFile: has_file === 1 }));
  }

  /** An edit changes what is said of a file, never its name. */
  #firstContent(stream: StreamId, target: Sequence): ReadText {
    const row = this.#statements.get(SQL.content).get(stream, target) as { content: Uint8Array } | null;
    return textOf(row?.content ?? new Uint8Array());
  }

  /** Its words stay, its file's name among them [ANSWER-4]. */
  #unmarkFile(stream: StreamId, target: Sequence): void {
    const known = this.#statements.get(SQL.find).get(stream, target) as MessageRow | null;
    if (known === null) return;
    this.#statements.get(SQL.dropFile).run(known.id);
    const words = wordsAt(this.#statements, known.id).filter((word) => word !== MARKS.file);
    this.#write(known.id, words.join(' '));
  }

  #write(id: number, words: string): void {
    const before = new Set(wordsAt(this.#statements, id));
    this.#statements.get(SQL.replaceWords).run(words, id);
    noteErased(this.#statements, before);
  }

  /** The first one of its time that is free, or after it. */
  #freeId(timeMs: number): number {
    let id = timeMs === this.#given.timeMs ? this.#given.id + 1 : firstIdAt(timeMs);
    while (this.#statements.get(SQL.taken).get(id) !== null) id++;
    this.#given = { timeMs, id };
    return id;
  }
}

interface Indexed {
  count: number;
  bytes: number;
  isDone: boolean;
}

interface Position {
  head: Sequence;
  indexed: Sequence;
}

interface EventRow {
  sequence: Sequence;
  kind: EventKind;
  sender: UserNumber;
  time_ms: number;
  relates_to: Sequence;
  content: Uint8Array | null;
}

interface MessageRow {
  id: number;
  sender: UserNumber;
  has_file: number;
}
