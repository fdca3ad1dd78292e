import type { RoomNumber, UserNumber } from '@sotto/model';
import type { InvitationRecord } from '../../rooms/store.ts';
import type { SqlDatabase } from '../database.ts';
import { ROOM_COLUMNS, toRoom } from './room-rows.ts';

export async function invitations(
  database: SqlDatabase,
  user: UserNumber,
): Promise<readonly InvitationRecord[]> {
  const rows = await ofUser(database, user).orderBy('at_ms', 'desc').execute();
  return rows.map(toInvitation);
}

export async function invitation(
  database: SqlDatabase,
  user: UserNumber,
  room: RoomNumber,
): Promise<InvitationRecord | undefined> {
  const row = await ofUser(database, user).where('rooms.number', '=', room).executeTakeFirst();
  return row && toInvitation(row);
}

const ofUser = ({ db }: SqlDatabase, user: UserNumber) =>
  db
    .selectFrom('invitations')
    .innerJoin('rooms', 'rooms.number', 'invitations.room')
    .select(ROOM_COLUMNS)
    .select(['invitations.by_user', 'invitations.at_ms'])
    .where('invitations.user', '=', user);

type InvitationRow = Awaited<ReturnType<ReturnType<typeof ofUser>['execute']>>[number];

const toInvitation = (row: InvitationRow): InvitationRecord => ({
  room: toRoom(row),
  by: row.by_user,
  timeMs: row.at_ms,
});
