/** What becomes of files with an append: offered by its message, or answered. */
import type { Sequence, StreamId } from '@sotto/model';
import { EventKind, FileAnswer } from '@sotto/schema';
import type { AppendResult, DerivedChange, MessageChange } from '../../events/store.ts';
import { dropOffer } from './message-files.ts';
import type { Statements } from './statements.ts';

type FileOffered = Extract<MessageChange, { kind: 'fileOffered' }>;
type FileAnswered = Extract<MessageChange, { kind: 'fileAnswered' }>;

const SQL = {
  /** The size of what it may offer. */
  offerable: `select size_bytes from uploads where user = ?1 and sha256 = ?2 and finished = 1
    union all select size_bytes from message_files where user = ?1 and sha256 = ?2 limit 1`,
  useUpload: 'delete from uploads where user = ? and sha256 = ? and finished = 1',
  offer: `insert into message_files (stream, sequence, sha256, size_bytes, user)
    values (?, ?, ?, ?, ?)`,
  offered: 'select 1 from message_files where stream = ? and sequence = ?',
  /** With a content: neither deleted nor erased. No row of states: nothing was answered. */
  answer: `select coalesce(s.file_answer, 0) as answer
    from events e join event_contents c on c.stream = e.stream and c.sequence = e.sequence
    left join message_states s on s.stream = e.stream and s.target = e.sequence
    where e.stream = ? and e.sequence = ? and e.kind = ${EventKind.MESSAGE}`,
  setAnswer: `insert into message_states (stream, target, edit_sequence, edits, deleted_by, deleted_ms, pinned_by,
    pinned_ms, replies, last_reply, last_reply_ms, file_answer) values (?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?)
    on conflict (stream, target) do update set file_answer = excluded.file_answer`,
};

type Refusal = Extract<AppendResult, { kind: 'messageGone' | 'unchanged' | 'fileGone' | 'answered' }>;

/** Asked before anything of the append is written. */
export function refuseFileChange(
  statements: Statements,
  changes: readonly DerivedChange[],
): Refusal | undefined {
  for (const change of changes) {
    if (change.kind === 'fileOffered' && offerable(statements, change) === undefined)
      return { kind: 'fileGone' };
    const refusal = change.kind === 'fileAnswered' ? refuseAnswer(statements, change) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Its size. */
function offerable(statements: Statements, { user, sha256, sizeBytes }: FileOffered): number | undefined {
  const row = statements.get(SQL.offerable).get(user, sha256) as { size_bytes: number } | null;
  const isOfSize = sizeBytes === undefined || row?.size_bytes === sizeBytes;
  return isOfSize ? row?.size_bytes : undefined;
}

function refuseAnswer(
  statements: Statements,
  { stream, target, accepted, stored }: FileAnswered,
): Refusal | undefined {
  const row = statements.get(SQL.answer).get(stream, target) as { answer: FileAnswer } | null;
  if (row === null) return { kind: 'messageGone' };
  if (row.answer === (accepted ? FileAnswer.ACCEPTED : FileAnswer.DECLINED)) return { kind: 'unchanged' };
  if (row.answer !== FileAnswer.UNSPECIFIED) return { kind: 'answered' };
  const isOffered = !stored || statements.get(SQL.offered).get(stream, target) !== null;
  return isOffered ? undefined : { kind: 'fileGone' };
}

/** Inside the transaction of the append that says so. `headBefore` is the stream's head before it. */
export function applyFileChange(
  statements: Statements,
  change: FileOffered | FileAnswered,
  headBefore: Sequence,
): void {
  switch (change.kind) {
    case 'fileOffered': {
      const { stream, user, sha256 } = change;
      const sizeBytes = offerable(statements, change) ?? 0;
      statements.get(SQL.offer).run(stream, headBefore + 1, sha256, sizeBytes, user);
      statements.get(SQL.useUpload).run(user, sha256);
      return;
    }
    case 'fileAnswered':
      answer(statements, change.stream, change.target, change.accepted);
      return;
  }
}

function answer(statements: Statements, stream: StreamId, target: Sequence, accepted: boolean): void {
  statements.get(SQL.setAnswer).run(stream, target, accepted ? FileAnswer.ACCEPTED : FileAnswer.DECLINED);
  if (!accepted) dropOffer(statements, stream, target);
}
