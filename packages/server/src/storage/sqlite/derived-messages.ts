import {
  EDITS_MAX,
  EMOJI_PER_MESSAGE_MAX,
  PINS_MAX,
  REACTIONS_PER_MESSAGE_MAX,
  type Sequence,
  type StreamId,
} from '@sotto/model';
import { EventKind } from '@sotto/schema';
import type { AppendResult, DerivedChange, MessageChange } from '../../events/store.ts';
import { dropOffer } from './message-files.ts';
import { eraseFromSearch } from './search-erase.ts';
import type { Statements } from './statements.ts';

const SQL = {
  /** With a content: neither deleted nor erased. */
  message: `select 1 from events e join event_contents c on c.stream = e.stream and c.sequence = e.sequence
    where e.stream = ? and e.sequence = ? and e.kind = ${EventKind.MESSAGE}`,
  reaction: 'select 1 from reactions where stream = ? and target = ? and emoji = ? and user = ?',
  reactionsOf: `select count(*) as reactions, count(distinct emoji) as emoji,
    count(case when emoji = ? then 1 end) as same from reactions where stream = ? and target = ?`,
  pinned: 'select 1 from message_states where stream = ? and target = ? and pinned_ms > 0',
  pins: 'select count(*) as pins from message_states where stream = ? and pinned_ms > 0',
  touch: `insert into message_states (stream, target, edit_sequence, edits, deleted_by, deleted_ms, pinned_by,
    pinned_ms, replies, last_reply, last_reply_ms) values (?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    on conflict (stream, target) do nothing`,
  edits: 'select edits from message_states where stream = ? and target = ?',
  edit: 'update message_states set edit_sequence = ?, edits = edits + 1 where stream = ? and target = ?',
  addEdit: 'insert into message_edits (stream, target, sequence) values (?, ?, ?)',
  remove: `update message_states set edit_sequence = 0, edits = 0, deleted_by = ?, deleted_ms = ?, pinned_by = 0, pinned_ms = 0,
    file_answer = 0 where stream = ? and target = ?`,
  eraseContent: 'delete from event_contents where stream = ? and sequence = ?',
  eraseEdits: `delete from event_contents where stream = ?1 and sequence in
    (select sequence from message_edits where stream = ?1 and target = ?2)`,
  eraseReactions: `delete from event_contents where stream = ?1 and sequence in
    (select sequence from reactions where stream = ?1 and target = ?2)`,
  dropEdits: 'delete from message_edits where stream = ? and target = ?',
  dropReactions: 'delete from reactions where stream = ? and target = ?',
  dropMentions: 'delete from mentions where stream = ? and sequence = ?',
  threadOf: 'select thread from events where stream = ? and sequence = ?',
  unreply: 'update message_states set replies = replies - 1 where stream = ? and target = ?',
  addReaction: 'insert into reactions (stream, target, emoji, user, sequence) values (?, ?, ?, ?, ?)',
  dropReaction: 'delete from reactions where stream = ? and target = ? and emoji = ? and user = ?',
  pin: 'update message_states set pinned_by = ?, pinned_ms = ? where stream = ? and target = ?',
  addReply: 'insert into thread_messages (stream, root, sequence) values (?, ?, ?)',
  reply: `update message_states set replies = replies + 1, last_reply = ?, last_reply_ms = ?
    where stream = ? and target = ?`,
  mention: `insert into mentions (user, stream, sequence, time_ms, sent, shown) values (?, ?, ?, ?, ?, 1)
    on conflict (user, stream, sequence) do update set shown = 1`,
  /** What a text mentioned as it was sent stays for counts of what is unread. */
  hideMentions: 'update mentions set shown = 0 where stream = ? and sequence = ?',
  dropHidden: 'delete from mentions where stream = ? and sequence = ? and sent = 0',
};

type Refusal = Extract<AppendResult, { kind: 'messageGone' | 'unchanged' | 'tooMany' }>;

const GONE: Refusal = { kind: 'messageGone' };
const UNCHANGED: Refusal = { kind: 'unchanged' };
const TOO_MANY: Refusal = { kind: 'tooMany' };

/** Asked before anything of the append is written. */
export function refuseMessageChange(
  statements: Statements,
  changes: readonly DerivedChange[],
): Refusal | undefined {
  for (const change of changes) {
    const refusal = refusalOf(statements, change);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refusalOf(statements: Statements, change: DerivedChange): Refusal | undefined {
  switch (change.kind) {
    case 'messageEdited': {
      if (!isThere(statements, change.stream, change.target)) return GONE;
      const row = statements.get(SQL.edits).get(change.stream, change.target) as { edits: number } | null;
      return (row?.edits ?? 0) >= EDITS_MAX ? TOO_MANY : undefined;
    }
    case 'messageDeleted':
      return isThere(statements, change.stream, change.target) ? undefined : GONE;
    case 'threadReplied':
      return isThere(statements, change.stream, change.root) ? undefined : GONE;
    case 'reactionSet':
      return isThere(statements, change.stream, change.target) ? refuseReaction(statements, change) : GONE;
    case 'pinSet':
      return isThere(statements, change.stream, change.target) ? refusePin(statements, change) : GONE;
    default:
      return undefined;
  }
}

const isThere = (statements: Statements, stream: StreamId, target: Sequence): boolean =>
  statements.get(SQL.message).get(stream, target) !== null;

function refuseReaction(
  statements: Statements,
  { stream, target, emoji, user, on }: Extract<MessageChange, { kind: 'reactionSet' }>,
): Refusal | undefined {
  const there = statements.get(SQL.reaction).get(stream, target, emoji, user) !== null;
  if (there === on) return UNCHANGED;
  if (!on) return undefined;
  const counted = statements.get(SQL.reactionsOf).get(emoji, stream, target) as ReactionCounts;
  if (counted.reactions >= REACTIONS_PER_MESSAGE_MAX) return TOO_MANY;
  return counted.same === 0 && counted.emoji >= EMOJI_PER_MESSAGE_MAX ? TOO_MANY : undefined;
}

function refusePin(
  statements: Statements,
  { stream, target, on }: Extract<MessageChange, { kind: 'pinSet' }>,
): Refusal | undefined {
  const pinned = statements.get(SQL.pinned).get(stream, target) !== null;
  if (pinned === on) return UNCHANGED;
  if (!on) return undefined;
  const { pins } = statements.get(SQL.pins).get(stream) as { pins: number };
  return pins >= PINS_MAX ? TOO_MANY : undefined;
}

/** Inside the transaction of the append that says so. `headBefore` is the stream's head before it: the append's first event of the stream is the next one. */
export function applyMessageChange(
  statements: Statements,
  change: MessageChange,
  headBefore: Sequence,
): void {
  const { stream } = change;
  const sequence = headBefore + 1;
  switch (change.kind) {
    case 'messageEdited':
      statements.get(SQL.touch).run(stream, change.target);
      statements.get(SQL.edit).run(sequence, stream, change.target);
      statements.get(SQL.addEdit).run(stream, change.target, sequence);
      return;
    case 'messageDeleted':
      remove(statements, change);
      return;
    case 'reactionSet': {
      const { target, emoji, user } = change;
      statements.get(SQL.touch).run(stream, target);
      if (change.on) statements.get(SQL.addReaction).run(stream, target, emoji, user, sequence);
      else statements.get(SQL.dropReaction).run(stream, target, emoji, user);
      return;
    }
    case 'pinSet':
      statements.get(SQL.touch).run(stream, change.target);
      statements
        .get(SQL.pin)
        .run(change.on ? change.by : 0, change.on ? change.timeMs : 0, stream, change.target);
      return;
    case 'threadReplied':
      statements.get(SQL.touch).run(stream, change.root);
      statements.get(SQL.addReply).run(stream, change.root, sequence);
      statements.get(SQL.reply).run(sequence, change.timeMs, stream, change.root);
      return;
    case 'mentioned': {
      const of = change.target ?? sequence;
      const isSent = change.target === undefined;
      if (!isSent) for (const sql of [SQL.dropHidden, SQL.hideMentions]) statements.get(sql).run(stream, of);
      for (const user of change.users)
        statements.get(SQL.mention).run(user, stream, of, change.timeMs, isSent ? 1 : 0);
      return;
    }
  }
}

/** What it said, and what was said of it, is gone from every table [ERASE-1]. */
function remove(
  statements: Statements,
  { stream, target, by, timeMs }: Extract<MessageChange, { kind: 'messageDeleted' }>,
): void {
  statements.get(SQL.touch).run(stream, target);
  statements.get(SQL.remove).run(by, timeMs, stream, target);
  statements.get(SQL.eraseContent).run(stream, target);
  statements.get(SQL.eraseEdits).run(stream, target);
  statements.get(SQL.eraseReactions).run(stream, target);
  for (const drop of [SQL.dropEdits, SQL.dropReactions, SQL.dropMentions])
    statements.get(drop).run(stream, target);
  dropOffer(statements, stream, target);
  eraseFromSearch(statements, stream, target);
  const { thread } = statements.get(SQL.threadOf).get(stream, target) as { thread: number };
  if (thread > 0) statements.get(SQL.unreply).run(stream, thread);
}

interface ReactionCounts {
  reactions: number;
  emoji: number;
  same: number;
}
