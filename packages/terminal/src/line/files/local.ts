/** What the line client asks of the machine that it runs on; whoever composes it gives what works on real files. */
import type { FilePreview, TransferOptions } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import type { Target } from '../command.ts';

export interface LocalFiles {
  /** Of a path as typed: relative to the current directory, `~` is one's home. */
  look(path: string): Promise<LocalFile | NotAFile>;
  /** To be sent. Nothing of it is read before it has to be. */
  open(file: LocalFile): Promise<OpenFile>;
  /** Paths that begin so, for Tab; folders end in a slash. */
  complete(start: string): readonly string[];
  /** Fetches the file of a message into the folder for what its sender sent, and overwrites nothing. */
  save(message: { room: RoomNumber; sequence: Sequence }, options: SaveOptions): Promise<Saved>;
  readonly uploads: UploadJournal;
}

export interface LocalFile {
  kind: 'file';
  /** Absolute. */
  path: string;
  /** Without its folders. */
  name: string;
  sizeBytes: number;
  modifiedMs: number;
}

export interface NotAFile {
  kind: 'none';
  /** Nothing is there; else it is something that cannot be sent. */
  missing: boolean;
  /** "is a folder", to be put behind the path. */
  problem: string;
}

export interface OpenFile {
  source: Blob;
  mediaType: string;
  preview: FilePreview | undefined;
}

export interface SaveOptions extends TransferOptions {
  /** Another name than its sender gave it. */
  name?: string;
}

export interface Saved {
  /** Absolute. */
  path: string;
  sizeBytes: number;
}

/** Files on their way to the server, so that the next run of the program goes on with them. */
export interface UploadJournal {
  readonly all: readonly KeptUpload[];
  /** Resolves when it is kept. */
  put(upload: KeptUpload): Promise<void>;
  drop(clientMessageId: string): Promise<void>;
}

export interface KeptUpload {
  path: string;
  /** The file as it was: another one is not sent in its place. */
  sizeBytes: number;
  modifiedMs: number;
  target: Target;
  /** Refused where the person is offline. */
  strict: boolean;
  text: string;
  clientMessageId: string;
}
