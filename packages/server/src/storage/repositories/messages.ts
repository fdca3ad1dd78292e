import { LOBBY, type Sequence, type StreamId, type UserNumber } from '@sotto/model';
import { sql } from 'kysely';
import type { MentionPosition, MessageStore } from '../../messages/store.ts';
import type { SqlDatabase } from '../database.ts';
import { eventsOf, toEvent } from './events.ts';
import { states } from './message-states.ts';
import { unread } from './message-unread.ts';
import { rowsWithin } from './within-bytes.ts';

export const messageStore = (database: SqlDatabase): MessageStore => ({
  states: (stream, targets, user) => states(database, stream, targets, user),
  thread: (stream, root, after, limit, maxBytes) =>
    thread(database, stream, { root, after, limit, maxBytes }),
  edits: (stream, target, limit) => edits(database, stream, target, limit),
  pins: (stream, from, limit) => pins(database, stream, from, limit),
  reactions: (stream, target, limit) => reactions(database, stream, target, limit),
  mentions: (user, of, before, limit) => mentions(database, user, of, before, limit),
  unread: (user, rooms) => unread(database, user, rooms),
});

async function thread(
  database: SqlDatabase,
  stream: StreamId,
  of: { root: Sequence; after: Sequence; limit: number; maxBytes: number | undefined },
) {
  const query = eventsOf(database, stream)
    .innerJoin('thread_messages', (join) =>
      join
        .onRef('thread_messages.stream', '=', 'events.stream')
        .onRef('thread_messages.sequence', '=', 'events.sequence'),
    )
    .where('thread_messages.root', '=', of.root)
    .where('thread_messages.sequence', '>', of.after)
    .orderBy('thread_messages.sequence', 'asc');
  const rows = await query.limit(await rowsWithin(query, of)).execute();
  return rows.map(toEvent);
}

async function edits(database: SqlDatabase, stream: StreamId, target: Sequence, limit: number) {
  const rows = await eventsOf(database, stream)
    .innerJoin('message_edits', (join) =>
      join
        .onRef('message_edits.stream', '=', 'events.stream')
        .onRef('message_edits.sequence', '=', 'events.sequence'),
    )
    .where('message_edits.target', '=', target)
    .orderBy('message_edits.sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse().map(toEvent);
}

async function pins({ db }: SqlDatabase, stream: StreamId, from: Sequence, limit: number) {
  const rows = await db
    .selectFrom('message_states')
    .select('target')
    .where('stream', '=', stream)
    .where('pinned_ms', '>', 0)
    .where('target', '>=', from)
    .orderBy('pinned_ms', 'desc')
    .orderBy('target', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ target }) => target);
}

function reactions({ db }: SqlDatabase, stream: StreamId, target: Sequence, limit: number) {
  return db
    .selectFrom('reactions')
    .select(['emoji', 'user'])
    .where('stream', '=', stream)
    .where('target', '=', target)
    .orderBy('sequence')
    .limit(limit)
    .execute();
}

async function mentions(
  { db }: SqlDatabase,
  user: UserNumber,
  of: UserNumber,
  before: MentionPosition | undefined,
  limit: number,
): Promise<readonly (MentionPosition & { visible: boolean })[]> {
  const page = db
    .selectFrom('mentions')
    .select(['stream', 'sequence', 'time_ms', 'shown'])
    .where('user', '=', of)
    .$if(before !== undefined, (query) =>
      query.where(
        sql<boolean>`(time_ms, stream, sequence) < (${before?.timeMs}, ${before?.stream}, ${before?.sequence})`,
      ),
    )
    .orderBy('time_ms', 'desc')
    .orderBy('stream', 'desc')
    .orderBy('sequence', 'desc')
    .limit(limit)
    .as('m');
  const rows = await db
    .selectFrom(page)
    .innerJoin('events as e', (join) =>
      join.onRef('e.stream', '=', 'm.stream').onRef('e.sequence', '=', 'm.sequence'),
    )
    .innerJoin('rooms as r', 'r.stream', 'm.stream')
    .leftJoin('room_members as member', (join) =>
      join.onRef('member.room', '=', 'r.number').on('member.user', '=', user),
    )
    .select([
      'm.stream',
      'm.sequence',
      'm.time_ms',
      'm.shown',
      'e.sender',
      'r.number',
      'r.history',
      'member.since',
    ])
    .orderBy('m.time_ms', 'desc')
    .orderBy('m.stream', 'desc')
    .orderBy('m.sequence', 'desc')
    .execute();
  return rows.map((row) => ({
    timeMs: row.time_ms,
    stream: row.stream,
    sequence: row.sequence,
    visible:
      row.shown === 1 &&
      row.sender !== user &&
      (row.number === LOBBY || (row.since !== null && (row.history === 'all' || row.sequence >= row.since))),
  }));
}
