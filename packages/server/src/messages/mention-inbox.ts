/** The messages that mention somebody, of all rooms, the newest first [MENTION-3]. */
import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { EventStore, StoredEvent } from '../events/store.ts';
import { firstThatFit, PAGE_MAX_BYTES } from '../fitting.ts';
import type { Asker } from '../rooms/directory.ts';
import type { History } from './history.ts';
import { EVERYONE } from './mentions.ts';
import { weigh } from './page.ts';
import type { MentionPosition, MessageStateRecord, MessageStore } from './store.ts';

/** Rows of one walk at a time, and how often for one page: what a page may cost where few of the rows are the asker's. */
const WALK_ROWS = 200;
const WALKS_MAX = 10;
/** Contents read at once, of which a page may need few. */
const EVENTS_AT_ONCE = 50;
const CURSOR_BYTES = 24;

type Row = MentionPosition & { visible: boolean };

export interface MentionPage {
  events: readonly StoredEvent[];
  states: readonly { stream: StreamId; state: MessageStateRecord }[];
  cursor: Uint8Array;
}

export interface MentionInboxOptions {
  events: Pick<EventStore, 'events'>;
  messages: MessageStore;
  history: Pick<History, 'open'>;
}

export class MentionInbox {
  readonly #options: MentionInboxOptions;

  constructor(options: MentionInboxOptions) {
    this.#options = options;
  }

  async read(user: Asker, cursor: Uint8Array, limit: number): Promise<MentionPage> {
    const { rows, next } = await this.#walk(user.number, decodeCursor(cursor), limit);
    const { events, read } = await this.#events(rows);
    const { page, states } = await this.#visible(user, events);
    const last = page.at(-1);
    const whole = page.length === events.length || last === undefined;
    const end = whole
      ? read < rows.length
        ? rows[read - 1]
        : next
      : rows.find((row) => row.sequence === last.sequence && row.stream === last.stream);
    return { events: page, states, cursor: encodeCursor(end) };
  }

  /** Two walks of one index each, those of the user and those of everyone, merged as far as both are known. */
  async #walk(
    user: UserNumber,
    from: MentionPosition | undefined,
    limit: number,
  ): Promise<{ rows: MentionPosition[]; next: MentionPosition | undefined }> {
    const rows: MentionPosition[] = [];
    let before = from;
    for (let walks = 0; walks < WALKS_MAX; walks++) {
      const [own, everyone] = await Promise.all(
        [user, EVERYONE].map((of) => this.#options.messages.mentions(user, of, before, WALK_ROWS)),
      );
      const { known, horizon } = merge(own ?? [], everyone ?? []);
      for (const row of known) {
        if (!row.visible) continue;
        if (rows.length === limit) return { rows, next: rows.at(-1) };
        rows.push(row);
      }
      if (horizon === undefined) return { rows, next: undefined };
      before = horizon;
    }
    return { rows, next: before };
  }

  /** In the order of `rows`: of as many of them as a page can need, which are the first `read`. */
  async #events(rows: readonly MentionPosition[]): Promise<{ events: readonly StoredEvent[]; read: number }> {
    const events: StoredEvent[] = [];
    let read = 0;
    for (let bytes = 0; read < rows.length && bytes < PAGE_MAX_BYTES; ) {
      const next = await this.#contents(rows.slice(read, read + EVENTS_AT_ONCE));
      for (const { content } of next) bytes += content.length;
      events.push(...next);
      read = Math.min(rows.length, read + EVENTS_AT_ONCE);
    }
    return { events, read };
  }

  async #contents(rows: readonly MentionPosition[]): Promise<StoredEvent[]> {
    const found = await Promise.all(
      [...Map.groupBy(rows, ({ stream }) => stream)].map(([stream, ofStream]) =>
        this.#options.events.events(
          stream,
          ofStream.map(({ sequence }) => sequence),
        ),
      ),
    );
    const known = new Map(found.flat().map((event) => [`${event.stream}:${event.sequence}`, event]));
    return rows.flatMap(({ stream, sequence }) => known.get(`${stream}:${sequence}`) ?? []);
  }

  /** Asked again after the reading: who was removed from a room meanwhile gets nothing of it. */
  async #visible(user: Asker, events: readonly StoredEvent[]) {
    const { messages, history } = this.#options;
    const streams = [...new Set(events.map(({ stream }) => stream))];
    const states = await Promise.all(
      streams.map(async (stream) => {
        const of = events.filter((event) => event.stream === stream).map(({ sequence }) => sequence);
        const found = await messages.states(stream, of, user.number);
        return found.map((state) => ({ stream, state }));
      }),
    );
    const firsts = new Map<StreamId, Sequence>();
    for (const stream of streams) {
      const opened = await history.open(stream, user).catch(unlessHidden);
      if (opened !== undefined) firsts.set(stream, opened.first);
    }
    const byKey = new Map(states.flat().map((one) => [`${one.stream}:${one.state.target}`, one]));
    const stateOf = ({ stream, sequence }: StoredEvent) => byKey.get(`${stream}:${sequence}`);
    const page = firstThatFit(
      events.filter(({ stream, sequence }) => sequence >= (firsts.get(stream) ?? Number.POSITIVE_INFINITY)),
      (event) => weigh(event, stateOf(event)?.state),
    );
    return { page, states: page.flatMap((event) => stateOf(event) ?? []) };
  }
}

function unlessHidden(error: unknown): undefined {
  if (!(error instanceof SottoError)) throw error;
}

const isAfter = (a: MentionPosition, b: MentionPosition): boolean =>
  a.timeMs < b.timeMs ||
  (a.timeMs === b.timeMs && (a.stream < b.stream || (a.stream === b.stream && a.sequence < b.sequence)));

const isSame = (a: MentionPosition, b: MentionPosition | undefined): boolean =>
  b !== undefined && a.stream === b.stream && a.sequence === b.sequence;

/** What is known for certain: nothing beyond the last row of a walk that may have more. `horizon` is where to go on. */
function merge(own: readonly Row[], everyone: readonly Row[]): { known: Row[]; horizon: Row | undefined } {
  const ends = [own, everyone].flatMap((rows) => (rows.length < WALK_ROWS ? [] : rows.slice(-1)));
  const [one, other] = ends;
  const horizon = one !== undefined && other !== undefined && isAfter(one, other) ? other : one;
  const all = [...own, ...everyone].sort((a, b) => (isAfter(a, b) ? 1 : -1));
  const distinct = all.filter((row, index) => !isSame(row, all[index - 1]));
  return {
    known: horizon === undefined ? distinct : distinct.filter((row) => !isAfter(row, horizon)),
    horizon,
  };
}

function encodeCursor(position: MentionPosition | undefined): Uint8Array {
  if (position === undefined) return new Uint8Array(0);
  const bytes = new DataView(new ArrayBuffer(CURSOR_BYTES));
  const { timeMs, stream, sequence } = position;
  for (const [index, number] of [timeMs, stream, sequence].entries()) bytes.setFloat64(8 * index, number);
  return new Uint8Array(bytes.buffer);
}

/** Throws SottoError for what is no cursor. */
function decodeCursor(cursor: Uint8Array): MentionPosition | undefined {
  if (cursor.length === 0) return undefined;
  const numbers =
    cursor.length === CURSOR_BYTES
      ? [0, 8, 16].map((at) => new DataView(cursor.buffer, cursor.byteOffset).getFloat64(at))
      : [];
  const [timeMs, stream, sequence] = numbers;
  if (timeMs === undefined || !numbers.every((number) => Number.isFinite(number)))
    throw new SottoError(ErrorCode.CURSOR_INVALID, 'of mentions');
  return { timeMs, stream: stream as StreamId, sequence: sequence as Sequence };
}
