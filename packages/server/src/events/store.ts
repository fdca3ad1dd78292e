/**
 * What the log needs from storage. One contract suite runs against every implementation
 * (storage/testing/contract.suite.ts).
 */
import type {
  AssistantAccess,
  DeviceNumber,
  HistoryAccess,
  RoomKind,
  RoomNumber,
  RoomRole,
  Sequence,
  StreamId,
  UserNumber,
} from '@sotto/model';
import type { EventKind, Role } from '@sotto/schema';

/** What its moderators and owners change about a room. */
export interface RoomSettings {
  topic: string;
  /** 0: none. */
  slowModeSeconds: number;
  /** 0: for ever. */
  retentionDays: number;
  archived: boolean;
  history: HistoryAccess;
  /** What assistants that are members may do. */
  assistants: AssistantAccess;
  assistantInstructions: string;
}

export interface NewEvent {
  stream: StreamId;
  kind: EventKind;
  sender: UserNumber;
  device: DeviceNumber;
  timeMs: number;
  /** The sequence it is about; 0 for none. */
  relatesTo: number;
  /** The first message of the thread it belongs to; 0 for none. */
  thread: number;
  /** What its sender was in the room; UNSPECIFIED outside rooms. */
  role: Role;
  countsUnread: boolean;
  /** SHA-256 over salt and content. */
  digest: Uint8Array;
  salt: Uint8Array;
  /** An encoded Content. */
  content: Uint8Array;
  /** 16 bytes; events of the server have none. */
  clientMessageId: Uint8Array | undefined;
}

/** Salt and content are empty when erased. */
export interface StoredEvent extends NewEvent {
  sequence: Sequence;
}

/** A row derived from events, changed in the commit of the event that says so. */
export type DerivedChange =
  | {
      kind: 'roomCreated';
      room: RoomNumber;
      roomKind: RoomKind;
      /** Empty for direct rooms. */
      name: string;
      /** Unique; undefined for direct rooms. */
      nameKey: string | undefined;
      /** Ascending; direct rooms are unique by this pair. */
      directUsers: readonly [UserNumber, UserNumber] | undefined;
      timeMs: number;
      /** The name as the eye confuses it; unique where it is given. */
      nameSkeleton?: string;
      /** What is not as in every new room. */
      settings?: Partial<RoomSettings>;
    }
  /**
   * Adds the member, or changes the role. A new member's cursors start at the stream's head before this append, and what
   * the append adds to the stream is the first that the member may read where history begins with joining [HISTORY-1].
   */
  | { kind: 'memberSet'; room: RoomNumber; user: UserNumber; role: RoomRole; timeMs: number }
  | { kind: 'memberRemoved'; room: RoomNumber; user: UserNumber }
  | MessageChange
  | RoomChange
  | AccountChange;

/** What becomes of a message. `target` is its sequence; the first event of the append is what says so. */
export type MessageChange =
  | { kind: 'messageEdited'; stream: StreamId; target: Sequence }
  /** Erases the content of the message and of its edits, its reactions and mentions, and what search knows of it. */
  | { kind: 'messageDeleted'; stream: StreamId; target: Sequence; by: UserNumber; timeMs: number }
  | {
      kind: 'reactionSet';
      stream: StreamId;
      target: Sequence;
      user: UserNumber;
      emoji: string;
      on: boolean;
    }
  | { kind: 'pinSet'; stream: StreamId; target: Sequence; by: UserNumber; timeMs: number; on: boolean }
  /** The first event of the append is a message of this thread. */
  | { kind: 'threadReplied'; stream: StreamId; root: Sequence; timeMs: number }
  /**
   * The first event of the append offers this file, whose upload its sender finished, or which it offers elsewhere; uses up
   * the upload. `sizeBytes` undefined: the offer is sealed, and nobody here knows which size it names.
   */
  | {
      kind: 'fileOffered';
      stream: StreamId;
      user: UserNumber;
      sha256: Uint8Array;
      sizeBytes: number | undefined;
    }
  /** Declined, the message offers it no more. `stored`: refused unless a stored file is offered; else it is in the message itself. */
  | { kind: 'fileAnswered'; stream: StreamId; target: Sequence; accepted: boolean; stored: boolean }
  /** The first event of the append, a message or an edit, mentions these users; 0 is everyone in the room. Replaces what the message mentioned before. */
  | {
      kind: 'mentioned';
      stream: StreamId;
      target: Sequence | undefined;
      users: readonly UserNumber[];
      timeMs: number;
    };

/** What becomes of a room and its members. */
export type RoomChange =
  | {
      kind: 'roomChanged';
      room: RoomNumber;
      settings: Partial<RoomSettings>;
      roomKind?: RoomKind;
      name?: string;
      /** Given with `name`. */
      nameKey?: string;
      nameSkeleton?: string;
    }
  | {
      kind: 'sanctionSet';
      room: RoomNumber;
      user: UserNumber;
      sanction: 'ban' | 'mute';
      untilMs: number;
      by: UserNumber;
      timeMs: number;
      reason: string;
    }
  | { kind: 'sanctionLifted'; room: RoomNumber; user: UserNumber; sanction: 'ban' | 'mute' }
  /** Uses up one use; refused as `codeInvalid` where none is left by now. */
  | { kind: 'roomInviteUsed'; codeHash: Uint8Array; nowMs: number }
  | { kind: 'invitationSet'; room: RoomNumber; user: UserNumber; by: UserNumber; timeMs: number }
  | { kind: 'invitationDropped'; room: RoomNumber; user: UserNumber }
  /** Takes back the invite links that `by` made. */
  | { kind: 'roomInvitesDropped'; room: RoomNumber; by: UserNumber }
  | { kind: 'audited'; entry: NewAuditEntry };

/** What belongs to an account. */
export type AccountChange =
  /** Erases the content of the inbox event that had the value before. `value` undefined removes it. */
  { kind: 'settingSaved'; user: UserNumber; key: string; value: Uint8Array | undefined };

export interface NewAuditEntry {
  timeMs: number;
  /** 0: the server itself. */
  actor: UserNumber;
  /** 0: nobody. */
  target: UserNumber;
  room: RoomNumber | undefined;
  action: string;
  detail: string;
}

/** Events and derived rows that are committed together or not at all. */
export interface Append {
  events: readonly NewEvent[];
  changes: readonly DerivedChange[];
  /** Refused unless the stream's epoch is this one; the commit raises it by one. */
  expectedEpoch?: { stream: StreamId; epoch: number };
}

export type AppendResult =
  /** One sequence for each event, in order. */
  | { kind: 'appended'; sequences: readonly Sequence[] }
  /** `(sender, stream, clientMessageId)` of an event was accepted before, in this batch or ever; nothing was done. Comes before the other refusals. */
  | { kind: 'duplicate'; sequence: Sequence; timeMs: number }
  | { kind: 'epochConflict'; epoch: number }
  /** A room of that name, or of one that looks like it, or of that pair of users exists; nothing was done. */
  | { kind: 'roomExists' }
  /** What the append says is so already: the reaction is there, the message is pinned. */
  | { kind: 'unchanged' }
  /** The message that it is about was deleted, or never was. */
  | { kind: 'messageGone' }
  /** More reactions, emoji or pins than there may be. */
  | { kind: 'tooMany' }
  /** Nothing is stored that could be offered, or it is of another size; or the message offers no file any more. */
  | { kind: 'fileGone' }
  /** The file was answered otherwise before. */
  | { kind: 'answered' }
  /** The invite link is used up, expired or taken back. */
  | { kind: 'codeInvalid' };

export interface StreamState {
  /** The last sequence; 0 when empty. */
  head: Sequence;
  /** The first sequence that is kept; 1 in a new stream. */
  firstKept: Sequence;
  epoch: number;
}

export interface EventStore {
  /** One commit for the whole batch; resolves after it is durable. Results in the order of `batch`. Rejects only when nothing was committed. */
  append(batch: readonly Append[]): Promise<readonly AppendResult[]>;
  /** Events with sequence > after, ascending; no more than have contents of `maxBytes` together, but at least one. */
  read(stream: StreamId, after: Sequence, limit: number, maxBytes?: number): Promise<readonly StoredEvent[]>;
  /** The last `limit` events with sequence < before (0: from the end), ascending; `maxBytes` as in `read`. */
  readBefore(
    stream: StreamId,
    before: Sequence,
    limit: number,
    maxBytes?: number,
  ): Promise<readonly StoredEvent[]>;
  /** Those of `sequences` that are kept, ascending; at most 200 of them. */
  events(stream: StreamId, sequences: readonly Sequence[]): Promise<readonly StoredEvent[]>;
  /** The first sequence of that time or later; the one after the head where there is none. */
  firstAfter(stream: StreamId, timeMs: number): Promise<Sequence>;
  /** Drops the events before `before` and everything that derives from them, in steps [ERASE-3]. Who was accepted stays known [LOG-4]. */
  trim(stream: StreamId, before: Sequence): Promise<void>;
  /** Erases contents, and those of edits; the envelopes stay [LOG-3]. */
  eraseContents(stream: StreamId, sequences: readonly Sequence[]): Promise<void>;
  /**
   * One step of removing from the files what was erased before the first of these steps, which is from 0 [ERASE-2]. Answers
   * where to go on, 0 at the end; 'busy' where somebody still reads what was there before.
   */
  scrub(from: number): Promise<number | 'busy'>;
  /** Where a message went that was accepted before [LOG-4]; undefined where it was not. */
  accepted(
    stream: StreamId,
    sender: UserNumber,
    clientMessageId: Uint8Array,
  ): Promise<{ sequence: Sequence; timeMs: number } | undefined>;
  /** Head 0 for streams that nothing was ever appended to. */
  stream(stream: StreamId): Promise<StreamState>;
  /** UUID of this log; a restore from backup makes a new one. */
  incarnation(): Promise<string>;
}
