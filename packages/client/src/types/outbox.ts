/** Messages of this account on their way, as callers see them. */
import type { RoomNumber, Sequence } from '@sotto/model';
import type { SottoError } from '@sotto/protocol';
import type { FileInfo } from './files.ts';
import type { MessageView } from './messages.ts';
import type { Person, Recipient } from './people.ts';
import type { Room } from './rooms.ts';

export type OutboxTarget =
  | { kind: 'room'; room: RoomNumber }
  | { kind: 'direct'; recipients: readonly Recipient[]; strict: boolean };

export type OutboxState =
  /** For a connection or its turn; the server does not have it. Until then where the server asked to wait. */
  | { kind: 'waiting'; until: Date | undefined }
  /** It was given to a connection and is not answered yet; after a break it is sent again by itself. */
  | { kind: 'sending' }
  /** The server refused it, and it was sent with `keepFailed`: it stays until `sendAgain` or `discard`. */
  | { kind: 'failed'; error: SottoError };

/** The same object until something of it changes. */
export interface OutgoingMessage {
  /** Hex of 16 bytes; the message will have it. */
  clientMessageId: string;
  target: OutboxTarget;
  /** Markdown source; of a file what is said about it, may be empty. */
  text: string;
  file: FileInfo | undefined;
  replyTo: Sequence | undefined;
  thread: Sequence | undefined;
  /** When it was sent here, last where that was more than once. */
  at: Date;
  state: OutboxState;
}

/** What this device has not got acknowledged, earlier runs included, and what failed [OUTBOX-5]. */
export interface Outbox {
  /** In the order of sending; the same array until something changes. */
  readonly entries: readonly OutgoingMessage[];
  get(clientMessageId: string): OutgoingMessage | undefined;
  /** Behind all others. Resolves once that is kept here; false where it has not failed. Its fate is told here alone. */
  sendAgain(clientMessageId: string): Promise<boolean>;
  /**
   * Takes back what failed, or waits: nobody will ever see it. False where it is too late, since the server may have it.
   * Who waits for its `send` is told MessageDiscarded.
   */
  discard(clientMessageId: string): Promise<boolean>;
  /** Calls `listener` after changes, once for those that come together, until the returned function is called. */
  onChange(listener: () => void): () => void;
}

/** As `OutboxState`; `sent`: the server has it, and its place in the room is known, but it has not come back yet. */
export type PendingState = OutboxState | { kind: 'sent'; sequence: Sequence; at: Date };

/** A message of this account that is not in the room's log yet, as far as is known here. */
export interface PendingMessage {
  room: Room;
  /** This account. */
  sender: Person;
  clientMessageId: string;
  text: string;
  file: FileInfo | undefined;
  replyTo: Sequence | undefined;
  thread: Sequence | undefined;
  at: Date;
  state: PendingState;
}

/**
 * A row of a conversation. `key` is unique in its room, and the same for a message before and after the server has it.
 * The same object until something of it changes.
 */
export type TimelineItem =
  | { kind: 'message'; key: string; message: MessageView }
  | { kind: 'pending'; key: string; message: PendingMessage };

/** A change of a message that is shown, and that the server has not confirmed [TIMELINE-6]. */
export type UnconfirmedChange = 'edit' | 'delete' | 'reaction' | 'pin';
