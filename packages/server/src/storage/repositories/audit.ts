import type { RoomNumber } from '@sotto/model';
import type { Transaction } from 'kysely';
import type { NewAuditEntry } from '../../events/store.ts';
import type { AuditRecord } from '../../rooms/store.ts';
import { nextNumber, type SqlDatabase } from '../database.ts';
import type { Tables } from '../tables.ts';

/** In the transaction of what was done. */
export async function addEntry(
  transaction: Transaction<Tables>,
  { timeMs, actor, target, room, action, detail }: NewAuditEntry,
): Promise<void> {
  const id = await nextNumber(transaction, 'audit');
  await transaction
    .insertInto('audit')
    .values({ id, at_ms: timeMs, actor, target, room: room ?? null, action, detail })
    .execute();
}

export const recordAudit = ({ db }: SqlDatabase, entry: NewAuditEntry): Promise<void> =>
  db.transaction().execute((transaction) => addEntry(transaction, entry));

export async function audit(
  { db }: SqlDatabase,
  room: RoomNumber | undefined,
  before: number,
  limit: number,
): Promise<readonly AuditRecord[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('room', room === undefined ? 'is' : '=', room ?? null)
    .$if(before > 0, (query) => query.where('id', '<', before))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    timeMs: row.at_ms,
    actor: row.actor,
    target: row.target,
    room: row.room ?? undefined,
    action: row.action,
    detail: row.detail,
  }));
}

/** Ids follow time closely enough: the oldest entries have the smallest. */
export async function dropAudit({ db }: SqlDatabase, beforeMs: number, limit: number): Promise<number> {
  const oldest = await db.selectFrom('audit').select(['id', 'at_ms']).orderBy('id').limit(limit).execute();
  const last = oldest.filter((row) => row.at_ms < beforeMs).at(-1);
  if (last === undefined) return 0;
  const { numDeletedRows } = await db.deleteFrom('audit').where('id', '<=', last.id).executeTakeFirst();
  return Number(numDeletedRows);
}
