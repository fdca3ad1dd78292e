/** Messages, what became of them, and the pages and views they are read in. */
import type { RoomNumber, RoomRole, Sequence } from '@sotto/model';
import type { SottoError } from '@sotto/protocol';
import type { NoticeEvent } from './events.ts';
import type { FileInfo } from './files.ts';
import type { TimelineItem, UnconfirmedChange } from './outbox.ts';
import type { Person, Recipient } from './people.ts';
import type { Room, RoomName } from './rooms.ts';

/** A message as it was sent: durable, at one place in its room. */
export interface Message {
  room: Room;
  sequence: Sequence;
  sender: Person;
  /** What the sender was in the room then. */
  role: RoomRole;
  sentAt: Date;
  /** Markdown source; undefined where the content is sealed or erased. Of a file: what is said about it, may be empty. */
  text: string | undefined;
  file: FileInfo | undefined;
  /** This account sent it, from this or another device. */
  mine: boolean;
  /** The message that it answers. */
  replyTo: Sequence | undefined;
  /** The first message of the thread that it belongs to. */
  thread: Sequence | undefined;
  /** It names this account, or everybody in the room. */
  mentionsMe: boolean;
  /** Hex of the 16-byte client message id. */
  clientMessageId: string;
}

/** A message as it is now: `text` is that of its last edit, and undefined once it is deleted. */
export interface MessageView extends Message {
  /** Its sender is blocked: show that there is a message, not what it says. */
  hidden: boolean;
  /** How often it was edited, and when last; undefined where it was not. */
  edited: { times: number; at: Date } | undefined;
  deleted: { by: Person; at: Date } | undefined;
  pinned: boolean;
  /** The most used first. */
  reactions: readonly ReactionSummary[];
  /** The thread that begins with it; undefined where nobody answered in one. */
  replies: { count: number; last: Sequence; lastAt: Date } | undefined;
  /** In timelines: what of it this account has just changed, and the server has not confirmed; never empty [TIMELINE-6]. */
  unconfirmed?: readonly UnconfirmedChange[];
}

export interface ReactionSummary {
  emoji: string;
  count: number;
  /** This account is among them. */
  mine: boolean;
}

export interface Reaction {
  emoji: string;
  person: Person;
}

export interface Revision {
  sequence: Sequence;
  at: Date;
  text: string | undefined;
}

/** At most one of `before`, `after`, `around` and `at`; none: the newest. */
export interface PageOptions {
  before?: Sequence;
  after?: Sequence;
  around?: Sequence;
  /** Around the first event of that moment or later, else around the last one. */
  at?: Date;
  /** Events of the log, 50 by default. */
  limit?: number;
}

/** What a stretch of a room's log comes to, ascending. Fewer messages than events: reactions and edits are in them. */
export interface HistoryPage {
  messages: readonly MessageView[];
  /** The first and the last event of the stretch; both undefined where it is empty. */
  first: Sequence | undefined;
  last: Sequence | undefined;
  hasBefore: boolean;
  hasAfter: boolean;
}

export interface CursorOptions {
  /** `next` of the page before. */
  cursor?: string;
  limit?: number;
}

/** Messages of several rooms, newest first. */
export interface MessagePage {
  messages: readonly MessageView[];
  /** For the page after this one; undefined at the end. */
  next: string | undefined;
}

export interface SearchOptions extends CursorOptions {
  rooms?: readonly RoomName[];
  /** Sent by one of these. */
  from?: readonly Recipient[];
  /** Sent at or after. */
  since?: Date;
  /** Sent before. */
  until?: Date;
  hasLink?: boolean;
  hasFile?: boolean;
}

/** What happened in a room beside its messages. */
export interface TimelineNotice {
  sequence: Sequence;
  at: Date;
  by: Person;
  event: NoticeEvent;
}

export interface SendOptions {
  /** Hex of 16 bytes; a new one by default. Sending the same id again is harmless. */
  clientMessageId?: string;
  /** Stops waiting; the message stays in the outbox and goes out all the same. */
  signal?: AbortSignal;
  /** Where the server refuses it for good it stays in `outbox` as failed; by default it is gone, and the rejection tells. */
  keepFailed?: boolean;
}

export interface RoomSendOptions extends SendOptions {
  /** The message that this one answers. */
  replyTo?: Sequence;
  /** The first message of the thread that this one belongs to; any message outside threads begins one. */
  thread?: Sequence;
}

export interface Sent {
  kind: 'sent';
  room: RoomNumber;
  sequence: Sequence;
  at: Date;
}

export type Delivery = 'delivered' | 'queued' | 'unknown' | 'refused';

export interface SentDirect {
  kind: 'sentDirect';
  /** One for each recipient, in the order given. */
  outcomes: readonly {
    recipient: Recipient;
    delivery: Delivery;
    person: Person | undefined;
    sent: Sent | undefined;
    error: SottoError | undefined;
  }[];
}

/**
 * A window on a room: the messages of one stretch of its log without gaps, as they are now, kept up to date by live
 * events while it is open [TIMELINE-1]. Several stretches may be loaded; going to a message shows the one around it, and
 * where loading closes the gap between two they become one. Live events come as far as the client reads them: while somebody
 * takes them from `events()` [EVENTS-2].
 */
export interface Timeline {
  readonly room: Room;
  /** Of the stretch that is shown, ascending; those of threads among them. */
  readonly messages: readonly MessageView[];
  /**
   * These messages, and behind them those of this account that are on their way to this room or failed, where the stretch
   * ends in the present. One becomes the other in one change: none is there twice, or missing in between [TIMELINE-5]. The
   * same array until something changes.
   */
  readonly items: readonly TimelineItem[];
  /** What happened in the stretch beside its messages, ascending; the same array until something changes [TIMELINE-7]. */
  readonly notices: readonly TimelineNotice[];
  /** What is shown is what was kept on this device; the server has told nothing of it in this run [KEPT-3]. */
  readonly isKept: boolean;
  /** There is more before the first, and after the last, that is not loaded. */
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  /** A loaded message of any stretch. */
  message(sequence: Sequence): MessageView | undefined;
  /** The loaded messages of a thread, its first one included, ascending. */
  thread(root: Sequence): readonly MessageView[];
  /** As `items`, of a thread. */
  threadItems(root: Sequence): readonly TimelineItem[];
  /** Extend the stretch by about `limit` messages (50 by default), or to its end. */
  loadBefore(limit?: number): Promise<void>;
  loadAfter(limit?: number): Promise<void>;
  /** Show the stretch around a message. Rejects with MESSAGE_GONE where it may not be read. */
  loadAround(sequence: Sequence, limit?: number): Promise<void>;
  /**
   * Show the stretch around a moment. Resolves with the first message of then or later, the last one where there is none;
   * undefined where the room has no messages.
   */
  loadAt(moment: Date, limit?: number): Promise<Sequence | undefined>;
  /** Show the stretch that ends in the present. */
  loadLatest(limit?: number): Promise<void>;
  /** Loads the thread to its end and resolves with what `thread` gives. */
  loadThread(root: Sequence): Promise<readonly MessageView[]>;
  /** The pinned messages of the room, the last pinned first; loads them. */
  loadPins(): Promise<readonly MessageView[]>;
  /** Calls `listener` after changes, at most once for those that come together, until the returned function is called. */
  onChange(listener: () => void): () => void;
  /** Once for each time `onChange` would call; those that come while nobody asks are one. Ends with the timeline. */
  changes(signal?: AbortSignal): AsyncIterable<Timeline>;
  /** Closed, or its room was left: then `onChange` calls a last time. It holds nothing. */
  readonly isClosed: boolean;
  /** It is not kept up to date any more and holds nothing. */
  close(): void;
}
