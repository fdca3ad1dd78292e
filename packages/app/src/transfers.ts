/** Files on their way, for whoever shows them, over all changes of screen. */
import type { TransferProgress } from '@sotto/client';
import type { RoomNumber } from '@sotto/model';

export type TransferState =
  | { kind: 'moving'; progress: TransferProgress | undefined }
  | { kind: 'done' }
  | { kind: 'failed'; error: Error };

export interface Transfer {
  /** Of an upload its client message id, of a download "room/sequence". */
  id: string;
  kind: 'upload' | 'download';
  room: RoomNumber;
  name: string;
  state: TransferState;
  cancel(): void;
}
