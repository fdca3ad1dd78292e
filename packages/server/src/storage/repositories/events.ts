import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import type { EventStore, StoredEvent, StreamState } from '../../events/store.ts';
import type { SqlDatabase } from '../database.ts';

/** `append` is each database's own. */
export const eventReader = (database: SqlDatabase): Omit<EventStore, 'append'> => ({
  read: (stream, after, limit) => read(database, stream, after, limit),
  readBefore: (stream, before, limit) => readBefore(database, stream, before, limit),
  accepted: (stream, sender, clientMessageId) => accepted(database, stream, sender, clientMessageId),
  stream: (stream) => streamState(database, stream),
  incarnation: () => incarnation(database),
});

const ERASED = new Uint8Array();

function eventsOf({ db }: SqlDatabase, stream: StreamId) {
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

type EventRow = Awaited<ReturnType<ReturnType<typeof eventsOf>['execute']>>[number];

async function read(database: SqlDatabase, stream: StreamId, after: Sequence, limit: number) {
  const rows = await eventsOf(database, stream)
    .where('events.sequence', '>', after)
    .orderBy('events.sequence', 'asc')
    .limit(limit)
    .execute();
  return rows.map(toEvent);
}

async function readBefore(database: SqlDatabase, stream: StreamId, before: Sequence, limit: number) {
  const rows = await eventsOf(database, stream)
    .$if(before > 0, (query) => query.where('events.sequence', '<', before))
    .orderBy('events.sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse().map(toEvent);
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

function toEvent(row: EventRow): StoredEvent {
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
