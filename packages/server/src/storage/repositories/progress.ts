import { LOBBY, roomStream, type Sequence, type StreamId } from '@sotto/model';
import type { ProgressRecord, ReceiptRecord } from '../../rooms/store.ts';
import { chunks, type SqlDatabase } from '../database.ts';

export async function saveProgress(
  { db, capabilities }: SqlDatabase,
  progress: readonly ProgressRecord[],
): Promise<void> {
  const key = ['stream', 'user', 'device'] as const;
  await db.transaction().execute(async (transaction) => {
    for (const rows of chunks(progress, capabilities.insertRowsMax)) {
      await transaction
        .insertInto('progress')
        .values(
          rows.map(({ stream, user, device, delivered, read }) => ({
            stream,
            user,
            device,
            delivered,
            read_to: read,
          })),
        )
        .modifyEnd(capabilities.onExisting('progress', key, ['delivered', 'read_to'], 'larger'))
        .execute();
    }
  });
}

export async function receipts(
  { db }: SqlDatabase,
  stream: StreamId,
  limit: number,
): Promise<readonly ReceiptRecord[]> {
  const rows = await db
    .selectFrom('progress')
    // A device that was slow to tell may leave cursors of a user who is no member any more.
    .$if(stream !== roomStream(LOBBY), (query) =>
      query
        .innerJoin('rooms', 'rooms.stream', 'progress.stream')
        .innerJoin('room_members', (join) =>
          join
            .onRef('room_members.room', '=', 'rooms.number')
            .onRef('room_members.user', '=', 'progress.user'),
        ),
    )
    .select((column) => [
      'progress.user',
      column.fn.max<Sequence>('progress.delivered').as('delivered'),
      column.fn.max<Sequence>('progress.read_to').as('read'),
    ])
    .where('progress.stream', '=', stream)
    .groupBy('progress.user')
    .orderBy('progress.user')
    .limit(limit)
    .execute();
  return rows;
}
