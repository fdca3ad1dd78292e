/** One download: loads a chunk at a time, hands out pieces as the connection's window allows [DOWNLOAD-2]. */
import { FILE_CHUNK_BYTES } from '@sotto/model';
import {
  type FlightWindow,
  type FrameFields,
  type FrameMessage,
  OutgoingTransfer,
  SottoError,
} from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { sha256Of } from '../digest.ts';
import type { BlobReader } from './blobs.ts';
import type { FileSource } from './downloads.ts';

export interface DownloadOptions {
  transfer: number;
  source: FileSource;
  offset: number;
  credit: number;
  window: FlightWindow;
  /** There is a chunk to be sent from. */
  ready: () => void;
  failed: (error: unknown) => void;
}

export class Download {
  readonly #options: DownloadOptions;
  readonly #outgoing: OutgoingTransfer;
  #reader: { at: number; blob: BlobReader } | undefined;
  #loading = false;
  #ended = false;

  constructor(options: DownloadOptions) {
    const { transfer, source, offset, credit, window } = options;
    this.#options = options;
    this.#outgoing = new OutgoingTransfer({ transfer, sizeBytes: source.sizeBytes, offset, credit, window });
  }

  get isComplete(): boolean {
    return this.#outgoing.isComplete;
  }

  /** What the peer has. */
  get received(): number {
    return this.#outgoing.received;
  }

  /** The store has the next word, not the peer. */
  get isBusy(): boolean {
    return this.#loading;
  }

  /** The next piece; undefined where the window, the peer or the store keep it back. */
  take(nowMs: number): FrameFields<'fileData'> | undefined {
    const piece = this.#outgoing.take(nowMs);
    if (piece === undefined) void this.#load();
    return piece;
  }

  /** Throws SottoError; then the download is to be ended. */
  progress(message: FrameMessage<'fileProgress'>, nowMs: number): void {
    this.#outgoing.progress(message, nowMs);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#outgoing.end();
    if (!this.#loading) void this.#close();
  }

  async #load(): Promise<void> {
    const { wanted } = this.#outgoing;
    if (wanted === undefined || this.#loading || this.#ended) return;
    this.#loading = true;
    const chunk = await this.#read(wanted).catch((error: unknown) => ({ error }));
    this.#loading = false;
    if (this.#ended) await this.#close();
    else if ('error' in chunk) this.#options.failed(chunk.error);
    else {
      this.#outgoing.load(wanted.offset, chunk, sha256Of(chunk));
      this.#options.ready();
    }
  }

  async #read({ offset, length }: { offset: number; length: number }): Promise<Uint8Array> {
    if (this.#reader?.at !== offset) {
      await this.#close();
      this.#reader = { at: offset, blob: await this.#options.source.open(offset) };
    }
    const chunk = await this.#reader.blob.next(FILE_CHUNK_BYTES);
    if (chunk.length !== length) throw new SottoError(ErrorCode.FILE_CORRUPT, `at ${offset}`);
    this.#reader.at = offset + length;
    return chunk;
  }

  async #close(): Promise<void> {
    const blob = this.#reader?.blob;
    this.#reader = undefined;
    // Nothing was written to it: there is nothing to lose.
    await blob?.close().catch(() => {});
  }
}
