/** What the server says has become of a message [VIEW-2]: MessageState of the schema, decoded. */
import { FileAnswer as Answer, type MessageState } from '@sotto/schema';
import { readContent, type SaidContent, toSaid } from './event.ts';

export interface Reactions {
  emoji: string;
  count: number;
  /** The reader is among them. */
  mine: boolean;
}

export interface LastEdit {
  sequence: number;
  timeMs: number;
  content: SaidContent;
}

/** What the recipient of a direct message said to the file that it offers. */
export type FileAnswer = 'accepted' | 'declined';

export interface TargetState {
  target: number;
  /** Events up to it are in here. */
  asOf: number;
  edit: LastEdit | undefined;
  edits: number;
  deleted: { by: number; at: number } | undefined;
  pinned: boolean;
  fileAnswer: FileAnswer | undefined;
  reactions: readonly Reactions[];
  replies: number;
  lastReply: { sequence: number; timeMs: number } | undefined;
}

const ANSWERS: Readonly<Partial<Record<Answer, FileAnswer>>> = {
  [Answer.ACCEPTED]: 'accepted',
  [Answer.DECLINED]: 'declined',
};

export function toTargetState(state: MessageState): TargetState {
  const { target, asOf, edit, edits, deletedBy, deletedMs, pinned, replies, lastReply, lastReplyMs } = state;
  const content = edit && toSaid(readContent(edit.content));
  return {
    target,
    asOf,
    edit: edit && content && { sequence: edit.sequence, timeMs: edit.timeMs, content },
    edits,
    deleted: deletedMs === 0 && deletedBy === 0 ? undefined : { by: deletedBy, at: deletedMs },
    pinned,
    fileAnswer: ANSWERS[state.fileAnswer],
    reactions: state.reactions.map(({ emoji, count, mine }) => ({ emoji, count, mine })),
    replies,
    lastReply: lastReply === 0 ? undefined : { sequence: lastReply, timeMs: lastReplyMs },
  };
}

/** Nothing is left of what happened to it, if anything did. */
export const untouched = (target: number, asOf: number): TargetState => ({
  target,
  asOf,
  edit: undefined,
  edits: 0,
  deleted: undefined,
  pinned: false,
  fileAnswer: undefined,
  reactions: [],
  replies: 0,
  lastReply: undefined,
});
