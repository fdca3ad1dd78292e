/** What a conversation shows, row by row. */
import type { Answer, MessageView } from '@sotto/client';
import type { Pending } from '../pending.ts';

interface InList {
  /** Stays the same when what is pending becomes a message, and is that of no other row. */
  key: string;
  /** Begins a day: its local date, "2026-11-21". */
  day: string | undefined;
  /** The line that marks what is new stands above it. */
  isFirstNew: boolean;
  /** Shows who wrote it and when; the rows below it, up to the next head, are by the same person. */
  isHead: boolean;
}

export interface MessageItem extends InList {
  kind: 'message';
  view: MessageView;
  /** What it answers, where that is loaded. */
  repliedTo: MessageView | undefined;
}

export interface PendingItem extends InList {
  kind: 'pending';
  pending: Pending;
  repliedTo: MessageView | undefined;
}

/** An assistant's answer while it is written. */
export interface AnswerItem extends InList {
  kind: 'answer';
  answer: Answer;
}

export type Item = MessageItem | PendingItem | AnswerItem;
