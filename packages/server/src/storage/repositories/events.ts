import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import type { EventStore, StoredEvent, StreamState } from '../../events/store.ts';
import { padded, type SqlDatabase } from '../database.ts';
import { firstUnfit, type PageLimits } from './within-bytes.ts';

/** What writes is each database's own. */
export const eventReader = (database: SqlDatabase): Omit<EventStore, 'append' | Erasing> => ({
  read: (stream, after, limit, maxBytes) => read(database, stream, after, { limit, maxBytes }),
  readBefore: (stream, before, limit, maxBytes) => readBefore(database, stream, before, { limit, maxBytes }),
  events: (stream, sequences) => some(database, stream, sequences),
  firstAfter: (stream, timeMs) => firstAfter(database, stream, timeMs),
  accepted: (stream, sender, clientMessageId) => accepted(database, stream, sender, clientMessageId),
  stream: (stream) => streamState(database, stream),
  incarnation: () => incarnation(database),
});

type Erasing = 'trim' | 'eraseContents' | 'scrub';

const ERASED = new Uint8Array();

export function eventsOf({ db }: SqlDatabase, stream: StreamId) {
  return db
    .selectFrom('events')
    .leftJoin('event_contents', (join) =>
      join
        .onRef('event_contents.stream', '=', 'events.stream')
        .onRef('event_contents.sequence', '=', 'events.sequence'),
    )
    .selectAll('events')
    .select(['event_contents.salt', 'event_contents.content'])
    .where('events.stream', '=', stream);
}

export type EventRow = Awaited<ReturnType<ReturnType<typeof eventsOf>['execute']>>[number];

async function read(database: SqlDatabase, stream: StreamId, after: Sequence, limits: PageLimits) {
  const unfit = await firstUnfit(database, stream, { after }, limits);
  const rows = await eventsOf(database, stream)
    .where('events.sequence', '>', after)
    .$if(unfit !== undefined, (query) => query.where('events.sequence', '<', unfit ?? after))
    .orderBy('events.sequence', 'asc')
    .limit(limits.limit)
    .execute();
  return rows.map(toEvent);
}

async function readBefore(database: SqlDatabase, stream: StreamId, before: Sequence, limits: PageLimits) {
  const unfit = await firstUnfit(database, stream, { before }, limits);
  const rows = await eventsOf(database, stream)
    .$if(before > 0, (query) => query.where('events.sequence', '<', before))
    .$if(unfit !== undefined, (query) => query.where('events.sequence', '>', unfit ?? before))
    .orderBy('events.sequence', 'desc')
    .limit(limits.limit)
    .execute();
  return rows.reverse().map(toEvent);
}

async function some(database: SqlDatabase, stream: StreamId, sequences: readonly Sequence[]) {
  if (sequences.length === 0) return [];
  const rows = await eventsOf(database, stream)
    .where('events.sequence', 'in', padded(sequences))
    .orderBy('events.sequence', 'asc')
    .execute();
  return rows.map(toEvent);
}

/** By halves: the times of a stream ascend, but for steps of the clock. */
async function firstAfter(database: SqlDatabase, stream: StreamId, timeMs: number): Promise<Sequence> {
  const { head, firstKept } = await streamState(database, stream);
  let from: number = firstKept;
  let to = head + 1;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const row = await database.db
      .selectFrom('events')
      .select('time_ms')
      .where('stream', '=', stream)
      .where('sequence', '=', middle as Sequence)
      .executeTakeFirst();
    if (row !== undefined && row.time_ms >= timeMs) to = middle;
    else from = middle + 1;
  }
  return from as Sequence;
}

async function accepted(
  { db }: SqlDatabase,
  stream: StreamId,
  sender: UserNumber,
  clientMessageId: Uint8Array,
): Promise<{ sequence: Sequence; timeMs: number } | undefined> {
  const row = await db
    .selectFrom('accepted_messages')
    .select(['sequence', 'time_ms'])
    .where('stream', '=', stream)
    .where('sender', '=', sender)
    .where('client_message_id', '=', clientMessageId)
    .executeTakeFirst();
  return row && { sequence: row.sequence, timeMs: row.time_ms };
}

async function streamState({ db }: SqlDatabase, stream: StreamId): Promise<StreamState> {
  const row = await db
    .selectFrom('streams')
    .select(['head', 'first_kept', 'epoch'])
    .where('stream', '=', stream)
    .executeTakeFirst();
  if (row === undefined) return { head: 0 as Sequence, firstKept: 1 as Sequence, epoch: 0 };
  return { head: row.head, firstKept: row.first_kept, epoch: row.epoch };
}

async function incarnation({ db }: SqlDatabase): Promise<string> {
  const row = await db.selectFrom('log').select('incarnation').executeTakeFirstOrThrow();
  return row.incarnation;
}

export function toEvent(row: EventRow): StoredEvent {
  return {
    stream: row.stream,
    sequence: row.sequence,
    kind: row.kind,
    sender: row.sender,
    device: row.device,
    timeMs: row.time_ms,
    relatesTo: row.relates_to,
    thread: row.thread,
    role: row.role,
    countsUnread: row.counts_unread === 1,
    digest: row.digest,
    salt: row.salt ?? ERASED,
    content: row.content ?? ERASED,
    clientMessageId: row.client_message_id ?? undefined,
  };
}
