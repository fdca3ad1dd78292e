/**
 * How much of a page is read, by the lengths of contents, which are known without the contents being read. Each function
 * keeps at least one event.
 */
import { FILE_MESSAGE_MAX_BYTES, type Sequence, type StreamId } from '@sotto/model';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';

/** A query of events with their contents, in its order. */
type Contents<Row> = SelectQueryBuilder<Tables & { event_contents: unknown }, keyof Tables, Row>;

export interface PageLimits {
  limit: number;
  /** Of contents together; undefined for any number. */
  maxBytes: number | undefined;
}

const lengthOf = (column: string) => sql<number>`coalesce(length(${sql.ref(column)}), 0)`;

/** How many of the first rows fit, of `limit` at most. */
export async function rowsWithin<Row>(
  query: Contents<Row>,
  { limit, maxBytes }: PageLimits,
): Promise<number> {
  if (!mayBeMore(limit, maxBytes)) return limit;
  const rows = await query
    .clearSelect()
    .select(lengthOf('event_contents.content').as('bytes'))
    .limit(limit)
    .execute();
  return firstBeyond(rows, maxBytes) ?? limit;
}

/**
 * The event of a stream after `from`, or before it, that does not fit any more; undefined where none is known. Goes through
 * the contents alone: to find each by its event costs several times as much.
 */
export async function firstUnfit(
  { db }: SqlDatabase,
  stream: StreamId,
  from: { after: Sequence } | { before: Sequence },
  { limit, maxBytes }: PageLimits,
): Promise<Sequence | undefined> {
  if (!mayBeMore(limit, maxBytes)) return undefined;
  const ofStream = db
    .selectFrom('event_contents')
    .select(['sequence', lengthOf('content').as('bytes')])
    .where('stream', '=', stream);
  const ordered =
    'after' in from
      ? ofStream.where('sequence', '>', from.after).orderBy('sequence', 'asc')
      : ofStream
          .$if(from.before > 0, (all) => all.where('sequence', '<', from.before))
          .orderBy('sequence', 'desc');
  const rows = await ordered.limit(limit).execute();
  return rows[firstBeyond(rows, maxBytes) ?? rows.length]?.sequence;
}

const mayBeMore = (rows: number, maxBytes: number | undefined): maxBytes is number =>
  maxBytes !== undefined && rows * FILE_MESSAGE_MAX_BYTES > maxBytes;

function firstBeyond(rows: readonly { bytes: number }[], maxBytes: number): number | undefined {
  let sum = 0;
  const index = rows.findIndex(({ bytes }) => {
    sum += Number(bytes);
    return sum > maxBytes;
  });
  return index === -1 ? undefined : Math.max(1, index);
}
