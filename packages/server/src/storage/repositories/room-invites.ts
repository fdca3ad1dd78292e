import type { RoomNumber, UserNumber } from '@sotto/model';
import type { NewAuditEntry } from '../../events/store.ts';
import type { NewRoomInvite, RoomInviteRecord } from '../../rooms/store.ts';
import { nextNumber, type SqlDatabase } from '../database.ts';
import { addEntry } from './audit.ts';

/** How links without a limit are stored. */
const UNLIMITED = -1;

export function createRoomInvite(
  { db }: SqlDatabase,
  invite: NewRoomInvite,
  entry: NewAuditEntry,
): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const id = await nextNumber(transaction, 'roomInvite');
    await transaction
      .deleteFrom('room_invites')
      .where('room', '=', invite.room)
      .where((column) =>
        column.or([column('uses_left', '=', 0), column('expires_ms', '<=', invite.createdMs)]),
      )
      .execute();
    await transaction
      .insertInto('room_invites')
      .values({
        id,
        room: invite.room,
        code_hash: invite.codeHash,
        role: invite.role,
        uses_left: invite.usesLeft ?? UNLIMITED,
        expires_ms: invite.expiresMs,
        created_ms: invite.createdMs,
        by_user: invite.by,
      })
      .execute();
    await addEntry(transaction, entry);
    return id;
  });
}

export async function roomInviteByCode(
  database: SqlDatabase,
  codeHash: Uint8Array,
  nowMs: number,
): Promise<RoomInviteRecord | undefined> {
  const row = await usable(database, nowMs).where('code_hash', '=', codeHash).executeTakeFirst();
  return row && toInvite(row);
}

export async function roomInvites(
  database: SqlDatabase,
  room: RoomNumber,
  nowMs: number,
): Promise<readonly RoomInviteRecord[]> {
  const rows = await usable(database, nowMs).where('room', '=', room).orderBy('id').execute();
  return rows.map(toInvite);
}

export function revokeRoomInvite(
  { db }: SqlDatabase,
  room: RoomNumber,
  id: number,
  by: UserNumber | undefined,
  entry: NewAuditEntry,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const { numDeletedRows } = await transaction
      .deleteFrom('room_invites')
      .where('id', '=', id)
      .where('room', '=', room)
      .$if(by !== undefined, (query) => query.where('by_user', '=', by ?? entry.actor))
      .executeTakeFirst();
    if (numDeletedRows === 0n) return false;
    await addEntry(transaction, entry);
    return true;
  });
}

const usable = ({ db }: SqlDatabase, nowMs: number) =>
  db
    .selectFrom('room_invites')
    .select(['id', 'room', 'role', 'uses_left', 'expires_ms', 'by_user'])
    .where('uses_left', '<>', 0)
    .where('expires_ms', '>', nowMs);

type InviteRow = Awaited<ReturnType<ReturnType<typeof usable>['execute']>>[number];

const toInvite = (row: InviteRow): RoomInviteRecord => ({
  id: row.id,
  room: row.room,
  role: row.role,
  usesLeft: row.uses_left === UNLIMITED ? undefined : row.uses_left,
  expiresMs: row.expires_ms,
  by: row.by_user,
});
