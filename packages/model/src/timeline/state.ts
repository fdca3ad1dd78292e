/** What the server says has become of a message [VIEW-2]: MessageState of the schema, decoded. */
import type { MessageState } from '@sotto/schema';
import { type EventContent, readContent } from './event.ts';

export interface Reactions {
  emoji: string;
  count: number;
  /** The reader is among them. */
  mine: boolean;
}

export interface LastEdit {
  sequence: number;
  timeMs: number;
  content: EventContent;
}

export interface TargetState {
  target: number;
  /** Events up to it are in here. */
  asOf: number;
  edit: LastEdit | undefined;
  edits: number;
  deleted: { by: number; at: number } | undefined;
  pinned: boolean;
  reactions: readonly Reactions[];
  replies: number;
  lastReply: { sequence: number; timeMs: number } | undefined;
}

export function toTargetState(state: MessageState): TargetState {
  const { target, asOf, edit, edits, deletedBy, deletedMs, pinned, replies, lastReply, lastReplyMs } = state;
  return {
    target,
    asOf,
    edit: edit && { sequence: edit.sequence, timeMs: edit.timeMs, content: readContent(edit.content) },
    edits,
    deleted: deletedMs === 0 && deletedBy === 0 ? undefined : { by: deletedBy, at: deletedMs },
    pinned,
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
  reactions: [],
  replies: 0,
  lastReply: undefined,
});
