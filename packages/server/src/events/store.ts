/**
 * What the log needs from storage. One contract suite runs against every implementation
 * (storage/testing/contract.suite.ts).
 */
import type {
  DeviceNumber,
  RoomKind,
  RoomNumber,
  RoomRole,
  Sequence,
  StreamId,
  UserNumber,
} from '@sotto/model';
import type { EventKind } from '@sotto/schema';

export interface NewEvent {
  stream: StreamId;
  kind: EventKind;
  sender: UserNumber;
  device: DeviceNumber;
  timeMs: number;
  /** The sequence it is about; 0 for none. */
  relatesTo: number;
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
    }
  /** Adds the member, or changes the role; the member's cursors start at the stream's head before this append. */
  | { kind: 'memberSet'; room: RoomNumber; user: UserNumber; role: RoomRole; timeMs: number }
  | { kind: 'memberRemoved'; room: RoomNumber; user: UserNumber };

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
  /** A room of that name or that pair of users exists; nothing was done. */
  | { kind: 'roomExists' };

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
  /** Events with sequence > after, ascending. */
  read(stream: StreamId, after: Sequence, limit: number): Promise<readonly StoredEvent[]>;
  /** The last `limit` events with sequence < before (0: from the end), ascending. */
  readBefore(stream: StreamId, before: Sequence, limit: number): Promise<readonly StoredEvent[]>;
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
