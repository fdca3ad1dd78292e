/** What is asked of storage about messages and what has become of them (M9). */
import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import type { FileAnswer } from '@sotto/schema';
import type { StoredEvent } from '../events/store.ts';
import type { UnreadStore } from '../rooms/store.ts';

/** What later events come to, as the schema has it. */
export interface MessageStateRecord {
  target: Sequence;
  /** The head of the stream that all of it was read at. */
  asOf: Sequence;
  /** The content is empty where it was erased meanwhile. */
  edit: { sequence: Sequence; timeMs: number; content: Uint8Array } | undefined;
  edits: number;
  deletedBy: UserNumber;
  deletedMs: number;
  pinned: boolean;
  /** The most used first, those used as often by their bytes. */
  reactions: readonly { emoji: string; count: number; mine: boolean }[];
  replies: number;
  lastReply: number;
  lastReplyMs: number;
  /** What the recipient said to the file that it offers; UNSPECIFIED for nothing yet. */
  fileAnswer: FileAnswer;
}

/** Where in an inbox of mentions something stands; the newest first. */
export interface MentionPosition {
  timeMs: number;
  stream: StreamId;
  sequence: Sequence;
}

export interface MessageStore extends UnreadStore {
  /** Of those of `targets` that something has become of, as `user` sees it; at most 200 of them. */
  states(
    stream: StreamId,
    targets: readonly Sequence[],
    user: UserNumber,
  ): Promise<readonly MessageStateRecord[]>;
  /** The messages of a thread with sequence > after, ascending, its first one not among them; `maxBytes` as in EventStore. */
  thread(
    stream: StreamId,
    root: Sequence,
    after: Sequence,
    limit: number,
    maxBytes?: number,
  ): Promise<readonly StoredEvent[]>;
  /** The edits of a message that are kept, ascending; at most `limit`, the last ones. */
  edits(stream: StreamId, target: Sequence, limit: number): Promise<readonly StoredEvent[]>;
  /** Sequences of what is pinned from `from` on, the last pinned first. */
  pins(stream: StreamId, from: Sequence, limit: number): Promise<readonly Sequence[]>;
  /** In the order they were added. */
  reactions(
    stream: StreamId,
    target: Sequence,
    limit: number,
  ): Promise<readonly { emoji: string; user: UserNumber }[]>;
  /**
   * Mentions of `of`, the user or everyone (0), before a position, the newest first; `visible` says whether `user` is in
   * the room, may read so far back, and is not who wrote it.
   */
  mentions(
    user: UserNumber,
    of: UserNumber,
    before: MentionPosition | undefined,
    limit: number,
  ): Promise<readonly (MentionPosition & { visible: boolean })[]>;
}
