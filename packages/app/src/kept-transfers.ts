/** What a device keeps of transfers that are under way, so that they go on when its program begins anew. */
import type { FilePreview } from '@sotto/client';
import type { RoomNumber, Sequence, UserNumber } from '@sotto/model';

export interface KeptUpload {
  kind: 'upload';
  /** The client message id that its message will have. */
  id: string;
  account: UserNumber;
  room: RoomNumber;
  thread: Sequence | undefined;
  replyTo: Sequence | undefined;
  atMs: number;
  name: string;
  mediaType: string;
  /** What is said about it. */
  text: string;
  preview: FilePreview | undefined;
  file: Blob;
}

/** One that somebody wants to have: what is here of it is kept in parts. */
export interface KeptDownload {
  kind: 'download';
  /** "room/sequence". */
  id: string;
  account: UserNumber;
  room: RoomNumber;
  sequence: Sequence;
  name: string;
}

export type KeptTransfer = KeptUpload | KeptDownload;

/**
 * Best effort: what cannot be kept is not, and nobody is told. Calls take effect in their order. Nothing of an account stays
 * once another one signs in, or this one logs out.
 */
export interface TransferKeeper {
  /** Resolves with whether it is kept. */
  keep(transfer: KeptTransfer): Promise<boolean>;
  /** With its parts. */
  forget(id: string): void;
  /** Those of this account; those of others are forgotten. */
  all(account: UserNumber): Promise<readonly KeptTransfer[]>;
  /** Resolves with the same bytes, kept where that can be. */
  keepPart(id: string, sha256: string, at: number, part: Blob): Promise<Blob>;
  /** The parts of that file that are here, in order and without gaps. */
  parts(id: string, sha256: string): Promise<readonly Blob[]>;
  /** A download that went on by itself is here whole. */
  arrived(download: KeptDownload, whole: Blob): void;
}
