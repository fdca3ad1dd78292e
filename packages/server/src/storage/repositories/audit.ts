import type { RoomNumber, UserNumber } from '@sotto/model';
import type { Transaction } from 'kysely';
import type { Act } from '../../accounts/act.ts';
import type { NewAuditEntry } from '../../events/store.ts';
import type { AuditFilter, AuditRecord } from '../../rooms/store.ts';
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

/** Acts on the whole server have no room; `target` 0 is nobody. */
export const note = (
  transaction: Transaction<Tables>,
  target: UserNumber,
  { by, nowMs }: Act,
  action: string,
  detail: string,
): Promise<void> =>
  addEntry(transaction, { timeMs: nowMs, actor: by, target, room: undefined, action, detail });

export const recordAudit = ({ db }: SqlDatabase, entry: NewAuditEntry): Promise<void> =>
  db.transaction().execute((transaction) => addEntry(transaction, entry));

export async function audit(
  { db }: SqlDatabase,
  room: RoomNumber | undefined,
  before: number,
  limit: number,
  { user, action }: AuditFilter = {},
): Promise<readonly AuditRecord[]> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('room', room === undefined ? 'is' : '=', room ?? null)
    .$if(before > 0, (query) => query.where('id', '<', before))
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(user !== undefined, (query) =>
      query.where((column) =>
        column.or([column('actor', '=', user as UserNumber), column('target', '=', user as UserNumber)]),
      ),
    )
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
