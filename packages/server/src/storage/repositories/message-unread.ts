import { LOBBY, type RoomNumber, type Sequence, UNREAD_MAX, type UserNumber } from '@sotto/model';
import type { UnreadRecord } from '../../rooms/message-store.ts';
import type { SqlDatabase } from '../database.ts';

/** User 0 in `mentions`. */
export const EVERYONE = 0 as UserNumber;

/**
 * Counted anew each time, from the cursor and the log, so that it never sticks [UNREAD-2]. Each count stops at UNREAD_MAX.
 * MariaDB will need another form: its subqueries in FROM do not see the row outside.
 */
export async function unread(
  database: SqlDatabase,
  user: UserNumber,
  rooms: readonly RoomNumber[] | undefined,
): Promise<readonly UnreadRecord[]> {
  const rows = await counts(database, user, rooms).execute();
  return rows.map((row) => ({
    stream: row.stream,
    read: row.read ?? (0 as Sequence),
    head: row.head ?? (0 as Sequence),
    unread: Number(row.unread ?? 0),
    mentions: Number(row.mentions ?? 0),
  }));
}

function counts({ db }: SqlDatabase, user: UserNumber, rooms: readonly RoomNumber[] | undefined) {
  const positions = db
    .selectFrom('rooms')
    .leftJoin('streams', 'streams.stream', 'rooms.stream')
    .leftJoin('room_members', (join) =>
      join.onRef('room_members.room', '=', 'rooms.number').on('room_members.user', '=', user),
    )
    .where((column) =>
      column.or([column('rooms.number', '=', LOBBY), column('room_members.user', 'is not', null)]),
    )
    .$if(rooms === undefined, (query) =>
      query.where((column) =>
        column.or([
          column('rooms.number', '=', LOBBY),
          column(
            'rooms.number',
            'in',
            column.selectFrom('room_members').select('room').where('room_members.user', '=', user),
          ),
        ]),
      ),
    )
    .$if(rooms !== undefined, (query) => query.where('rooms.number', 'in', rooms ?? []))
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
            .where((of) => of('e.sequence', '>', of.fn.coalesce('p.read', of.val(0 as Sequence))))
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
            .whereRef('m.stream', '=', 'p.stream')
            .where((of) => of('m.sequence', '>', of.fn.coalesce('p.read', of.val(0 as Sequence))))
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
