/** Files: what a message offers, and how it gets there and back. */
import type { Message, RoomSendOptions, SendOptions } from './messages.ts';

/** A file that a message offers. */
export interface FileInfo {
  /** As its sender calls it: to be shown, and to be made safe before anything is called so (`safeFileName`). */
  name: string;
  sizeBytes: number;
  /** What the sender says it is ("image/png"); may be empty. */
  mediaType: string;
  /** Hex. */
  sha256: string;
  /** As the sender's client made it. */
  preview: FilePreview | undefined;
  /** Small files come with the message. */
  inline: boolean;
  /** What the recipient of a direct message said; undefined where nothing was said, and in other rooms. */
  answer: 'accepted' | 'declined' | undefined;
}

/** What is left out is not known. */
export interface FilePreview {
  width?: number;
  height?: number;
  /** WebP, JPEG or PNG of at most 256 by 256 pixels. */
  thumbnail?: Uint8Array;
  /** The first lines. */
  text?: string;
  durationMs?: number;
}

/** A stream is read to its end before anything is sent, into memory. */
export type FileSource = Blob | ReadableStream<Uint8Array>;

export interface TransferProgress {
  /** `hashing`: reading it before it is sent. `waiting`: for a connection, or its turn. `finishing`: the server makes it durable. */
  phase: 'hashing' | 'moving' | 'waiting' | 'finishing';
  doneBytes: number;
  totalBytes: number;
  /** Over the last seconds; 0 where it does not move. */
  bytesPerSecond: number;
  /** Undefined where it cannot be said. */
  remainingMs: number | undefined;
}

export interface TransferOptions {
  /** Called at most about ten times a second, and at the end. */
  onProgress?: (progress: TransferProgress) => void;
  /** Calls the transfer off. Once an offer is in the outbox it only ends the waiting, and the message goes out all the same. */
  signal?: AbortSignal;
}

export interface FileDetails {
  /** By default that of a `File`, else "file". */
  name?: string;
  /** By default that of the `Blob`. */
  mediaType?: string;
  preview?: FilePreview;
  /** What is said about it. */
  text?: string;
}

export type SendFileOptions = FileDetails & TransferOptions & RoomSendOptions;
export type SendFileDirectOptions = FileDetails & TransferOptions & SendOptions & { strict?: boolean };

export interface FetchFileOptions extends TransferOptions {
  /**
   * The beginning of it that is here already, a multiple of 64 KiB, or all of it: it is hashed, and what follows is fetched. A
   * function is called once it is known what is offered.
   */
  have?: Blob | ((file: FileInfo, message: Message) => Promise<Blob | undefined>);
}

export interface FileDownload {
  file: FileInfo;
  message: Message;
  /**
   * What follows `have`, each chunk verified before it is handed over. Errors where the whole is not what its digest says, where
   * the file is gone, or the transfer was called off. Cancelling it ends the transfer. Goes on by itself after
   * reconnects.
   */
  stream: ReadableStream<Uint8Array>;
}

export interface FileLink {
  /** On the server's web address. */
  path: string;
  /** The whole address; undefined where the server is not on the web. */
  url: string | undefined;
  expiresAt: Date;
}

/** In bytes; a limit that is undefined is none. */
export interface FileUsage {
  usedBytes: number;
  accountMaxBytes: number | undefined;
  fileMaxBytes: number | undefined;
}
