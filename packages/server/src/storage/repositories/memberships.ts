import { LOBBY, type RoomNumber, type RoomRole, type Sequence, type UserNumber } from '@sotto/model';
import type { MembershipRecord } from '../../rooms/store.ts';
import type { SqlDatabase } from '../database.ts';
import { ROOM_COLUMNS, toRoom } from './room-rows.ts';

/** Everybody's in the lobby, by being a user. */
const LOBBY_ROLE: RoomRole = 'member';
const FIRST = 1 as Sequence;
const later = (a: Sequence, b: Sequence): Sequence => (a > b ? a : b);

export async function memberships(
  database: SqlDatabase,
  user: UserNumber,
): Promise<readonly MembershipRecord[]> {
  const lobby = await lobbyMembership(database, user);
  const rows = await joinedRooms(database, user).orderBy('rooms.number').execute();
  const joined = rows.map((row) => toMembership(row, row.role, row.since));
  return lobby === undefined ? joined : [lobby, ...joined];
}

export async function membership(
  database: SqlDatabase,
  user: UserNumber,
  room: RoomNumber,
): Promise<MembershipRecord | undefined> {
  if (room === LOBBY) return lobbyMembership(database, user);
  const row = await joinedRooms(database, user).where('rooms.number', '=', room).executeTakeFirst();
  return row && toMembership(row, row.role, row.since);
}

async function lobbyMembership(
  database: SqlDatabase,
  user: UserNumber,
): Promise<MembershipRecord | undefined> {
  const row = await positions(database, user)
    .innerJoin('users', (join) => join.on('users.number', '=', user))
    .where('rooms.number', '=', LOBBY)
    .executeTakeFirst();
  return row && toMembership(row, LOBBY_ROLE, FIRST);
}

const joinedRooms = (database: SqlDatabase, user: UserNumber) =>
  positions(database, user)
    .innerJoin('room_members', 'room_members.room', 'rooms.number')
    .where('room_members.user', '=', user)
    .select(['room_members.role', 'room_members.since']);

/** Rooms with the positions of their streams and the user's cursors in them. */
const positions = ({ db }: SqlDatabase, user: UserNumber) =>
  db
    .selectFrom('rooms')
    .leftJoin('streams', 'streams.stream', 'rooms.stream')
    .select(ROOM_COLUMNS)
    .select(['streams.head', 'streams.first_kept'])
    .select((column) => {
      const cursors = column
        .selectFrom('progress')
        .whereRef('progress.stream', '=', 'rooms.stream')
        .where('progress.user', '=', user);
      return [
        cursors.select((of) => of.fn.max('progress.delivered').as('largest')).as('delivered'),
        cursors.select((of) => of.fn.max('progress.read_to').as('largest')).as('read'),
      ];
    });

type PositionRow = Awaited<ReturnType<ReturnType<typeof positions>['execute']>>[number];

const toMembership = (row: PositionRow, role: RoomRole, since: Sequence): MembershipRecord => ({
  room: toRoom(row),
  role,
  delivered: row.delivered ?? (0 as Sequence),
  read: row.read ?? (0 as Sequence),
  head: row.head ?? (0 as Sequence),
  firstKept: later(row.first_kept ?? FIRST, row.history === 'all' ? FIRST : since),
});
