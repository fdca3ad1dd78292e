import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import type { MessageStateRecord } from '../../messages/store.ts';
import { padded, type SqlDatabase } from '../database.ts';

/**
 * One statement reads the states, the reactions and the head, so that they are of one moment: a state that knew more, or
 * less, than `asOf` says would be counted twice, or not at all. Contents of edits never change, so they may come later.
 */
export async function states(
  database: SqlDatabase,
  stream: StreamId,
  targets: readonly Sequence[],
  user: UserNumber,
): Promise<readonly MessageStateRecord[]> {
  if (targets.length === 0) return [];
  const rows = await stateRows(database, stream, targets, user).execute();
  const edits = await editsOf(
    database,
    stream,
    rows.flatMap((row) => (row.edit_sequence > 0 ? [row.edit_sequence as Sequence] : [])),
  );
  const byTarget = new Map<Sequence, StateRow[]>();
  for (const row of rows) {
    const group = byTarget.get(row.target) ?? [];
    if (group.push(row) === 1) byTarget.set(row.target, group);
  }
  return [...byTarget.values()].flatMap((group) => toState(group, edits));
}

function stateRows({ db }: SqlDatabase, stream: StreamId, targets: readonly Sequence[], user: UserNumber) {
  return db
    .selectFrom('message_states as s')
    .leftJoin('reactions as r', (join) =>
      join.onRef('r.stream', '=', 's.stream').onRef('r.target', '=', 's.target'),
    )
    .where('s.stream', '=', stream)
    .where('s.target', 'in', padded(targets))
    .selectAll('s')
    .select((column) => [
      'r.emoji',
      column.fn.count<number>('r.user').as('count'),
      column.fn.max(column.case().when('r.user', '=', user).then(1).else(0).end()).as('mine'),
      column.selectFrom('streams').select('head').where('streams.stream', '=', stream).as('head'),
    ])
    .groupBy(['s.stream', 's.target', 'r.emoji'])
    .orderBy('s.target')
    .orderBy('count', 'desc')
    .orderBy('r.emoji');
}

type StateRow = Awaited<ReturnType<ReturnType<typeof stateRows>['execute']>>[number];
type Edit = NonNullable<MessageStateRecord['edit']>;

async function editsOf(
  { db }: SqlDatabase,
  stream: StreamId,
  sequences: readonly Sequence[],
): Promise<ReadonlyMap<number, Edit>> {
  if (sequences.length === 0) return new Map();
  const rows = await db
    .selectFrom('events as e')
    .leftJoin('event_contents as c', (join) =>
      join.onRef('c.stream', '=', 'e.stream').onRef('c.sequence', '=', 'e.sequence'),
    )
    .where('e.stream', '=', stream)
    .where('e.sequence', 'in', padded([...new Set(sequences)]))
    .select(['e.sequence', 'e.time_ms', 'c.content'])
    .execute();
  return new Map(
    rows.map(({ sequence, time_ms: timeMs, content }) => [
      sequence,
      { sequence, timeMs, content: content ?? new Uint8Array() },
    ]),
  );
}

function toState(rows: readonly StateRow[], edits: ReadonlyMap<number, Edit>): MessageStateRecord[] {
  const [row] = rows;
  if (row === undefined) return [];
  return [
    {
      target: row.target,
      asOf: row.head ?? (0 as Sequence),
      edit: edits.get(row.edit_sequence),
      edits: row.edits,
      deletedBy: row.deleted_by as UserNumber,
      deletedMs: row.deleted_ms,
      pinned: row.pinned_ms > 0,
      reactions: rows.flatMap(({ emoji, count, mine }) =>
        emoji === null ? [] : [{ emoji, count: Number(count), mine: Number(mine) === 1 }],
      ),
      replies: row.replies,
      lastReply: row.last_reply,
      lastReplyMs: row.last_reply_ms,
      fileAnswer: row.file_answer,
    },
  ];
}
