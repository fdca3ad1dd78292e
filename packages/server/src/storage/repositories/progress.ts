import { LOBBY, type Sequence, type StreamId, streamOwner } from '@sotto/model';
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
  const owner = streamOwner(stream);
  const cursors = db.selectFrom('progress').where('stream', '=', stream);
  // A device that was slow to tell may leave cursors of a user who is no member any more.
  const current =
    owner?.kind === 'room' && owner.room !== LOBBY
      ? cursors.where(
          'user',
          'in',
          db.selectFrom('room_members').select('user').where('room', '=', owner.room),
        )
      : cursors;
  return current
    .select((column) => [
      'user',
      column.fn.max<Sequence>('delivered').as('delivered'),
      column.fn.max<Sequence>('read_to').as('read'),
    ])
    .groupBy('user')
    .orderBy('user')
    .limit(limit)
    .execute();
}
