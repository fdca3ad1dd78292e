import { LOBBY, type RoomNumber, type UserNumber } from '@sotto/model';
import type { RoomSummaryRecord } from '../../rooms/store.ts';
import type { SqlDatabase } from '../database.ts';
import { ROOM_COLUMNS, toRoom } from './room-rows.ts';
import { accountCount } from './users.ts';

/** Two pages, each by an index in its order, merged: listed rooms, and private ones the user is in. */
export async function visibleRooms(
  database: SqlDatabase,
  user: UserNumber,
  after: RoomNumber,
  limit: number,
): Promise<readonly RoomSummaryRecord[]> {
  const page = summaries(database, user)
    .where('rooms.number', '>', after)
    .orderBy('rooms.number')
    .limit(limit);
  const listed = await page.where('rooms.listed', '=', 1).execute();
  const hidden = await page
    .innerJoin('room_members', 'room_members.room', 'rooms.number')
    .where('room_members.user', '=', user)
    .where('rooms.kind', '=', 'private')
    .execute();
  const rows = [...listed, ...hidden].sort((a, b) => a.number - b.number).slice(0, limit);
  const everybody = rows[0]?.number === LOBBY ? await accountCount(database.db, 'all') : 0;
  return rows.map((row) =>
    row.number === LOBBY
      ? { room: toRoom(row), members: everybody, joined: true }
      : { room: toRoom(row), members: Number(row.members), joined: Number(row.joined) > 0 },
  );
}

const summaries = ({ db }: SqlDatabase, user: UserNumber) =>
  db
    .selectFrom('rooms')
    .select(ROOM_COLUMNS)
    .select((column) => {
      const counted = column
        .selectFrom('room_members as counted')
        .whereRef('counted.room', '=', 'rooms.number')
        .select((of) => of.fn.countAll<number>().as('count'));
      return [counted.as('members'), counted.where('counted.user', '=', user).as('joined')];
    });
