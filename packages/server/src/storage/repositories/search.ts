import { LOBBY, roomStream, type Sequence, type StreamId, type UserNumber } from '@sotto/model';
import type { Hit, Scope, SearchStore } from '../../search/store.ts';
import type { SqlDatabase } from '../database.ts';
import { eventsOf, toEvent } from './events.ts';

/** `index` and `find` are each database's own. */
export const searchReader = (database: SqlDatabase): Pick<SearchStore, 'scopes' | 'messages'> => ({
  scopes: (user) => scopes(database, user),
  messages: (hits) => messages(database, hits),
});

const LOBBY_SCOPE: Scope = { stream: roomStream(LOBBY), from: 1 as Sequence };

async function scopes({ db }: SqlDatabase, user: UserNumber): Promise<readonly Scope[]> {
  const rows = await db
    .selectFrom('room_members as member')
    .innerJoin('rooms', 'rooms.number', 'member.room')
    .where('member.user', '=', user)
    .select(['rooms.stream', 'rooms.history', 'member.since'])
    .execute();
  const joined = rows.map(({ stream, history, since }) => ({
    stream,
    from: history === 'all' ? (1 as Sequence) : since,
  }));
  return [LOBBY_SCOPE, ...joined];
}

async function messages(database: SqlDatabase, hits: readonly Hit[]) {
  const byStream = new Map<StreamId, Sequence[]>();
  for (const { stream, sequence } of hits) {
    const group = byStream.get(stream) ?? [];
    if (group.push(sequence) === 1) byStream.set(stream, group);
  }
  const found = await Promise.all(
    [...byStream].map(([stream, sequences]) =>
      eventsOf(database, stream).where('events.sequence', 'in', sequences).execute(),
    ),
  );
  const events = new Map(found.flat().map((row) => [`${row.stream} ${row.sequence}`, toEvent(row)]));
  return hits.flatMap(({ stream, sequence }) => events.get(`${stream} ${sequence}`) ?? []);
}
