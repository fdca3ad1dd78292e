/** What a conversation shows, row by row. */
import type { Answer, MessageView, PendingMessage, TimelineNotice } from '@sotto/client';
import type { Transfer } from '../transfers.ts';

interface InList {
  /** Stays the same when what is pending becomes a message, and is that of no other row. */
  key: string;
  /** It begins a day. */
  isFirstOfDay: boolean;
  /** The line that marks what is new stands above it. */
  isFirstNew: boolean;
  /** Shows who wrote it and when; the rows below it, up to the next head, are by the same person. */
  isHead: boolean;
  /** undefined of what has no time yet. */
  at: Date | undefined;
}

export interface MessageItem extends InList {
  kind: 'message';
  view: MessageView;
  /** What it answers, where that is loaded. */
  repliedTo: MessageView | undefined;
}

export interface PendingItem extends InList {
  kind: 'pending';
  message: PendingMessage;
  repliedTo: MessageView | undefined;
}

/** A file whose message comes when it is at the server. */
export interface UploadItem extends InList {
  kind: 'upload';
  transfer: Transfer;
}

/** An assistant's answer while it is written. */
export interface AnswerItem extends InList {
  kind: 'answer';
  answer: Answer;
}

/** What happened beside messages, with nothing said in between. */
export interface NoticeItem extends InList {
  kind: 'notice';
  notices: readonly TimelineNotice[];
}

export type Item = MessageItem | PendingItem | UploadItem | AnswerItem | NoticeItem;
