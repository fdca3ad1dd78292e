import { FILE_MESSAGE_MAX_BYTES } from '@sotto/model';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Tables } from '../tables.ts';

/** A query of events with their contents, in its order. */
type Contents<Row> = SelectQueryBuilder<Tables & { event_contents: unknown }, keyof Tables, Row>;

/**
 * How many of the first rows, of `limit` at most, have contents of `maxBytes` together: at least one. Lengths are known
 * without the contents being read.
 */
export async function rowsWithin<Row>(
  query: Contents<Row>,
  limit: number,
  maxBytes: number | undefined,
): Promise<number> {
  if (maxBytes === undefined || limit * FILE_MESSAGE_MAX_BYTES <= maxBytes) return limit;
  const rows = await query
    .clearSelect()
    .select(sql<number>`coalesce(length(${sql.ref('event_contents.content')}), 0)`.as('bytes'))
    .limit(limit)
    .execute();
  let bytes = 0;
  const tooMany = rows.findIndex((row) => {
    bytes += Number(row.bytes);
    return bytes > maxBytes;
  });
  return tooMany === -1 ? limit : Math.max(1, tooMany);
}
