import { LOBBY, type RoomNumber, type Sequence, UNREAD_MAX, type UserNumber } from '@sotto/model';
import { type RawBuilder, sql } from 'kysely';
import type { UnreadRecord } from '../../rooms/store.ts';
import { chunks, padded, type SqlDatabase } from '../database.ts';

/** User 0 in `mentions`. */
export const EVERYONE = 0 as UserNumber;

/** Rooms of one statement, so that what waits for storage comes in between. */
const ROOMS_AT_ONCE = 25;
/** Older events are not looked at: what a room may cost where most of them do not count. */
const LOOK_BACK_EVENTS = 10_000;

/**
 * Counted anew each time, from the cursor and the log, so that it never sticks [UNREAD-11]. Each count stops at UNREAD_MAX.
 * MariaDB will need another form: its subqueries in FROM do not see the row outside.
 */
export async function unread(
  database: SqlDatabase,
  user: UserNumber,
  rooms: readonly RoomNumber[] | undefined,
): Promise<readonly UnreadRecord[]> {
  const records: UnreadRecord[] = [];
  for (const some of chunks(rooms ?? (await roomsOf(database, user)), ROOMS_AT_ONCE)) {
    const rows = await counts(database, user, some).execute();
    for (const row of rows) {
      records.push({
        stream: row.stream,
        read: row.read ?? (0 as Sequence),
        head: row.head ?? (0 as Sequence),
        unread: Number(row.unread ?? 0),
        mentions: Number(row.mentions ?? 0),
      });
    }
  }
  return records;
}

async function roomsOf({ db }: SqlDatabase, user: UserNumber): Promise<RoomNumber[]> {
  const rows = await db
    .selectFrom('room_members')
    .select('room')
    .where('user', '=', user)
    .orderBy('room')
    .execute();
  return [LOBBY, ...rows.map(({ room }) => room)];
}

/** The read cursor, or how far back is looked. */
const AFTER: RawBuilder<Sequence> = sql`case when coalesce(p.read, 0) > coalesce(p.head, 0) - ${sql.lit(LOOK_BACK_EVENTS)}
  then coalesce(p.read, 0) else coalesce(p.head, 0) - ${sql.lit(LOOK_BACK_EVENTS)} end`;

function counts({ db }: SqlDatabase, user: UserNumber, rooms: readonly RoomNumber[]) {
  const positions = db
    .selectFrom('rooms')
    .leftJoin('streams', 'streams.stream', 'rooms.stream')
    .leftJoin('room_members', (join) =>
      join.onRef('room_members.room', '=', 'rooms.number').on('room_members.user', '=', user),
    )
    .where((column) =>
      column.or([column('rooms.number', '=', LOBBY), column('room_members.user', 'is not', null)]),
    )
    .where('rooms.number', 'in', padded(rooms))
    .select(['rooms.number', 'rooms.stream', 'streams.head'])
    .select((column) =>
      column
        .selectFrom('progress')
        .whereRef('progress.stream', '=', 'rooms.stream')
        .where('progress.user', '=', user)
        .select((of) => of.fn.max<Sequence>('progress.read_to').as('furthest'))
        .as('read'),
    )
    .as('p');
  return db
    .selectFrom(positions)
    .select(['p.stream', 'p.head', 'p.read'])
    .select((column) => [
      column
        .selectFrom(
          column
            .selectFrom('events as e')
            .whereRef('e.stream', '=', 'p.stream')
            .where('e.sequence', '>', AFTER)
            .where('e.counts_unread', '=', 1)
            .where('e.sender', '<>', user)
            .where((of) =>
              of.exists(
                of
                  .selectFrom('event_contents as c')
                  .whereRef('c.stream', '=', 'e.stream')
                  .whereRef('c.sequence', '=', 'e.sequence')
                  .select('c.sequence'),
              ),
            )
            .select('e.sequence')
            .limit(UNREAD_MAX)
            .as('unread_events'),
        )
        .select((of) => of.fn.countAll<number>().as('count'))
        .as('unread'),
      column
        .selectFrom(
          column
            .selectFrom('mentions as m')
            .innerJoin('events as e', (join) =>
              join.onRef('e.stream', '=', 'm.stream').onRef('e.sequence', '=', 'm.sequence'),
            )
            .where('m.user', 'in', [user, EVERYONE])
            .where('m.sent', '=', 1)
            .whereRef('m.stream', '=', 'p.stream')
            .where('m.sequence', '>', AFTER)
            .where('e.sender', '<>', user)
            .select('m.sequence')
            .distinct()
            .limit(UNREAD_MAX)
            .as('unread_mentions'),
        )
        .select((of) => of.fn.countAll<number>().as('count'))
        .as('mentions'),
    ])
    .orderBy('p.number');
}
