/** Rooms as administrators of the server see them: how large they are, and nothing of what is said there. */
import { LOBBY } from '@sotto/model';
import type { ServerRoomRecord, WantedRooms } from '../../rooms/store.ts';
import type { SqlDatabase } from '../database.ts';
import { containing } from './containing.ts';
import { ROOM_COLUMNS, toRoom } from './room-rows.ts';
import { accountCount } from './users.ts';

export async function serverRooms(
  { db }: SqlDatabase,
  { after, limit, query }: WantedRooms,
): Promise<readonly ServerRoomRecord[]> {
  const rows = await db
    .selectFrom('rooms')
    .leftJoin('streams', 'streams.stream', 'rooms.stream')
    .select(ROOM_COLUMNS)
    .select(['streams.head', 'streams.first_kept'])
    .select((column) => [
      column
        .selectFrom('room_members')
        .whereRef('room_members.room', '=', 'rooms.number')
        .select((of) => of.fn.countAll<number>().as('count'))
        .as('members'),
      column
        .selectFrom('message_files')
        .whereRef('message_files.stream', '=', 'rooms.stream')
        .select((of) => of.fn.sum<number | null>('message_files.size_bytes').as('bytes'))
        .as('file_bytes'),
    ])
    .where('rooms.number', '>', after)
    .where('rooms.kind', '<>', 'direct')
    // What is hidden is found by nobody who guesses names.
    .$if(query !== '', (rooms) =>
      rooms.where('rooms.kind', '<>', 'private').where(containing('rooms.name_key', query.toLowerCase())),
    )
    .orderBy('rooms.number')
    .limit(limit)
    .execute();
  const everybody = rows.some(({ number }) => number === LOBBY) ? await accountCount(db, 'all') : 0;
  return rows.map((row) => ({
    room: toRoom(row),
    members: row.number === LOBBY ? everybody : Number(row.members),
    events: Math.max(0, (row.head ?? 0) - (row.first_kept ?? 1) + 1),
    fileBytes: Number(row.file_bytes ?? 0),
  }));
}
