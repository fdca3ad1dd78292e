/** Messages of this account that are not at the server yet. */
import type { RoomNumber, Sequence } from '@sotto/model';

export type PendingState =
  | { kind: 'waiting' }
  | { kind: 'sending' }
  /** It stays in place until it is sent again or discarded. */
  | { kind: 'failed'; error: Error };

export interface Pending {
  /** The client message id: that of the message it becomes. */
  id: string;
  room: RoomNumber;
  text: string;
  /** What it is called, of a file. */
  file: { name: string; sizeBytes: number; mediaType: string } | undefined;
  replyTo: Sequence | undefined;
  thread: Sequence | undefined;
  at: Date;
  state: PendingState;
}
