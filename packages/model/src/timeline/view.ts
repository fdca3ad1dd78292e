/** A message as people see it now. */
import type { OfferedFile } from '../files/offer.ts';
import { type Mentions, mentionsIn } from '../mentions.ts';
import type { EventContent, SaidContent, TimelineEvent } from './event.ts';
import type { Folded } from './fold.ts';
import type { FileAnswer, Reactions } from './state.ts';
import type { Replies } from './threads.ts';

export type MessageBody =
  /** Markdown source; of a file what is said about it, may be empty. */
  | { kind: 'text'; text: string }
  | { kind: 'sealed' }
  | { kind: 'deleted'; by: number; at: number }
  /** With its author's account; or it is nothing that this build can read. */
  | { kind: 'erased' };

export interface MessageView {
  sequence: number;
  sender: number;
  timeMs: number;
  /** The first message of its thread; 0 for none. */
  thread: number;
  /** The message it answers; 0 for none. */
  replyTo: number;
  clientMessageId: Uint8Array;
  body: MessageBody;
  /** That it offers, as its sender describes it; also where it was declined, and is not to be had any more. */
  file: OfferedFile | undefined;
  /** What the recipient of a direct message said to it; of a sealed message too. */
  fileAnswer: FileAnswer | undefined;
  /** When last, and how often. */
  edited: { timeMs: number; edits: number } | undefined;
  pinned: boolean;
  /** The most used first. */
  reactions: readonly Reactions[];
  /** Messages of the thread that begins with it, those that were deleted not among them. */
  replies: number;
  /** The last one that was written there, also where it was deleted since. */
  lastReply: { sequence: number; timeMs: number } | undefined;
  /** Of the text as it is now. */
  mentions: Mentions;
}

/** Of an erased message an answer may be known, which was given to something that is gone. */
const OFFERS: ReadonlySet<string> = new Set<EventContent['kind']>(['file', 'sealed']);
const NOBODY: Mentions = { names: [], room: false };

export function toView(message: TimelineEvent, folded: Folded, { replies, lastReply }: Replies): MessageView {
  const { sequence, sender, timeMs, clientMessageId } = message;
  const body = bodyOf(folded);
  return {
    sequence,
    sender,
    timeMs,
    thread: earlier(message.thread, sequence),
    replyTo: earlier(message.relatesTo, sequence),
    clientMessageId,
    body,
    file: folded.file,
    fileAnswer: OFFERS.has(message.content.kind) ? folded.fileAnswer : undefined,
    edited: folded.edit && { timeMs: folded.edit.timeMs, edits: folded.edits },
    pinned: folded.pinned,
    reactions: folded.reactions,
    replies,
    lastReply,
    mentions: body.kind === 'text' ? mentionsIn(body.text) : NOBODY,
  };
}

/** What stands behind the message itself names nothing that it could answer. */
const earlier = (named: number, sequence: number): number => (named < sequence ? named : 0);

function bodyOf({ content, deleted }: Folded): MessageBody {
  return deleted === undefined ? bodyFrom(content) : { kind: 'deleted', ...deleted };
}

function bodyFrom(content: SaidContent): MessageBody {
  switch (content.kind) {
    case 'text':
    case 'sealed':
    case 'erased':
      return content;
    case 'emoji':
    case 'none':
      return { kind: 'erased' };
  }
}
