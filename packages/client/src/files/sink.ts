/** What a download has verified and its reader has not taken yet: bounded by the credit that the server was given. */
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { abortable } from '../abortable.ts';
import type { Hasher } from '../environment.ts';
import { isEqual } from './bytes.ts';

export interface SinkOptions {
  sizeBytes: number;
  /** Of the whole file. */
  digest: Uint8Array;
  /** Has everything before `offset`. */
  hasher: Hasher;
  offset: number;
  /** The reader wants no more. */
  onCancel(reason: unknown): void;
}

export class Sink {
  readonly stream: ReadableStream<Uint8Array>;
  /** The reader took a chunk. */
  onTaken: () => void = () => {};
  readonly #options: SinkOptions;
  readonly #chunks: Uint8Array[] = [];
  #end: number;
  #taken: number;
  #isEnded = false;
  #error: { reason: unknown } | undefined;
  #wake = Promise.withResolvers<void>();
  #drained = Promise.withResolvers<void>();

  constructor(options: SinkOptions) {
    this.#options = options;
    this.#end = options.offset;
    this.#taken = options.offset;
    this.stream = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: (reason) => options.onCancel(reason) },
      { highWaterMark: 0 },
    );
  }

  /** Verified up to here. */
  get end(): number {
    return this.#end;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  get waitingBytes(): number {
    return this.#end - this.#taken;
  }

  get isComplete(): boolean {
    return this.#end === this.#options.sizeBytes;
  }

  /** Resolves when everything there was taken. */
  async drained(signal: AbortSignal): Promise<void> {
    while (!this.isEmpty) await abortable(this.#drained.promise, signal);
  }

  /** The next verified chunk. The last one is handed over only if the whole is what its digest says, else FILE_CORRUPT. */
  add(bytes: Uint8Array): void {
    this.#options.hasher.update(bytes);
    if (this.#end + bytes.length === this.#options.sizeBytes) this.checkWhole();
    this.#end += bytes.length;
    this.#chunks.push(bytes);
    this.#rouse();
  }

  /** Nothing follows what is there. */
  finish(): void {
    this.#isEnded = true;
    this.#rouse();
  }

  /** Throws FILE_CORRUPT where what there is of it is another file. */
  checkWhole(): void {
    const { hasher, digest } = this.#options;
    if (!isEqual(hasher.digest(), digest)) throw new SottoError(ErrorCode.FILE_CORRUPT);
  }

  fail(reason: unknown): void {
    this.#error = { reason };
    this.#chunks.length = 0;
    this.#rouse();
    this.#drained.resolve();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error.reason;
      const bytes = this.#chunks.shift();
      if (bytes !== undefined) {
        controller.enqueue(bytes);
        this.#took(bytes.length);
        return;
      }
      if (this.#isEnded) {
        controller.close();
        return;
      }
      await this.#wake.promise;
    }
  }

  #took(bytes: number): void {
    this.#taken += bytes;
    this.onTaken();
    if (!this.isEmpty) return;
    this.#drained.resolve();
    this.#drained = Promise.withResolvers();
  }

  #rouse(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}
