import type { RoomNumber } from '@sotto/model';
import type { SanctionRecord } from '../../rooms/store.ts';
import type { SqlDatabase } from '../database.ts';

export async function sanctions(
  { db }: SqlDatabase,
  room: RoomNumber,
  limit: number,
): Promise<readonly SanctionRecord[]> {
  const rows = await db
    .selectFrom('room_sanctions')
    .selectAll()
    .where('room', '=', room)
    .orderBy('at_ms', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    user: row.user,
    kind: row.kind,
    untilMs: row.until_ms,
    by: row.by_user,
    atMs: row.at_ms,
    reason: row.reason,
  }));
}
