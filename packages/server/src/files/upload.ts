/** One upload on the connection that has it now: pieces in, verified chunks to the store, the file durable at the end [UPLOAD-*]. */
import type { UserNumber } from '@sotto/model';
import {
  type FrameFields,
  type FrameMessage,
  type IncomingChunk,
  IncomingTransfer,
  SottoError,
} from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { isSameBytes, sha256Of } from '../digest.ts';
import { type PartialBlob, StorageFull } from './blobs.ts';

/** Who carries on the upload: a connection's desk. */
export interface UploadOwner {
  progress(fields: FrameFields<'fileProgress'>): void;
  /** Nothing more is taken of it; the peer is to be told. */
  failed(error: SottoError): void;
}

/** What becomes of an upload in storage. */
export interface UploadFate {
  /** Its bytes are those of its digest: durable when it resolves. */
  store(partial: PartialBlob): Promise<void>;
  /** Nothing of it stays; there is no partial where the file is durable already. */
  drop(partial: PartialBlob | undefined): Promise<void>;
  /** A defect, or a fault of the store; what its peer is told. */
  broken(error: unknown): SottoError;
}

/** What was received: 'drop' it, or 'discard' what is stored by now as well. */
export type Kept = 'keep' | 'drop' | 'discard';

export interface UploadOptions {
  transfer: number;
  user: UserNumber;
  sha256: Uint8Array;
  sizeBytes: number;
  /** Undefined where the account has the file here already. */
  partial: PartialBlob | undefined;
  creditBytes: number;
  owner: UploadOwner;
  fate: UploadFate;
}

export class Upload {
  readonly user: UserNumber;
  readonly sha256: Uint8Array;
  readonly #options: UploadOptions;
  readonly #incoming: IncomingTransfer;
  /** 'stored': the file is durable. 'ended': nothing more is taken. */
  #state: 'receiving' | 'stored' | 'ended';
  /** Undefined once nothing of it is there any more. */
  #partial: PartialBlob | undefined;
  #writing: Promise<void> = Promise.resolve();
  #waitingWrites = 0;
  #finishing: Promise<void> | undefined;
  #ending: Promise<void> | undefined;

  constructor(options: UploadOptions) {
    const { transfer, sizeBytes, partial, creditBytes } = options;
    this.#options = options;
    this.user = options.user;
    this.sha256 = options.sha256;
    this.#partial = partial;
    this.#state = partial === undefined ? 'stored' : 'receiving';
    const offset = partial?.length ?? sizeBytes;
    this.#incoming = new IncomingTransfer({ transfer, sizeBytes, offset, creditBytes });
  }

  get received(): number {
    return this.#incoming.received;
  }

  get credit(): number {
    return this.#incoming.credit;
  }

  /** What its client has still to send. */
  get comingBytes(): number {
    return this.#state === 'receiving' ? this.#options.sizeBytes - this.received : 0;
  }

  /** The store has the next word, not the peer. */
  get isBusy(): boolean {
    return this.#waitingWrites > 0 || this.#finishing !== undefined;
  }

  /** Nobody carries it on any more, though something may still be written. */
  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  lend(creditBytes: number): void {
    this.#tell(this.#incoming.lend(creditBytes));
  }

  /** Throws SottoError; then the upload is to be ended. */
  data(message: FrameMessage<'fileData'>): void {
    if (this.#state !== 'receiving') return;
    const { progress, chunk } = this.#incoming.data(message);
    this.#tell(progress);
    if (chunk === undefined) return;
    const isSound = isSameBytes(sha256Of(chunk.bytes), chunk.sha256);
    if (!isSound && this.#waitingWrites === 0) {
      this.#tell(this.#incoming.damaged(chunk.offset));
      return;
    }
    this.#waitingWrites++;
    this.#writing = this.#writing.then(() => this.#write(chunk, isSound));
  }

  /** Resolves when the file is durable; as often as it is asked. Throws SottoError. */
  finish(): Promise<void> {
    this.#finishing ??= this.#finish().finally(() => {
      this.#finishing = undefined;
    });
    return this.#finishing;
  }

  /** Resolves once nothing more is done with it. */
  end(kept: Kept): Promise<void> {
    if (this.#state === 'receiving') this.#state = 'ended';
    this.#ending ??= this.#end(kept);
    return this.#ending;
  }

  async #finish(): Promise<void> {
    await this.#writing;
    const partial = this.#partial;
    if (this.#state === 'stored') return;
    if (this.#state === 'ended' || partial === undefined || !this.#incoming.isComplete) {
      const { sizeBytes } = this.#options;
      throw new SottoError(ErrorCode.TRANSFER_BROKEN, `${this.#incoming.received} of ${sizeBytes} bytes`);
    }
    const digest = await this.#guard(() => partial.digest());
    if (!isSameBytes(digest, this.sha256)) {
      await this.#guard(() => this.#drop());
      throw new SottoError(ErrorCode.FILE_CORRUPT, 'the whole file');
    }
    await this.#guard(() => this.#options.fate.store(partial));
    this.#partial = undefined;
    this.#state = 'stored';
  }

  async #end(kept: Kept): Promise<void> {
    await this.#writing;
    await this.#finishing?.catch(() => {});
    try {
      if (kept === 'discard' || (kept === 'drop' && this.#state !== 'stored')) await this.#drop();
      else await this.#partial?.close();
    } catch (error) {
      this.#options.fate.broken(error);
    }
  }

  /** What is in the store was verified [TRANSFER-4]. */
  async #write({ offset, bytes }: IncomingChunk, isSound: boolean): Promise<void> {
    try {
      // Gone where an earlier chunk failed; not due where one was damaged.
      if (this.#partial === undefined || !this.#incoming.isDue(offset)) return;
      if (!isSound) {
        this.#tell(this.#incoming.damaged(offset));
        return;
      }
      await this.#partial.append(bytes);
      this.#tell(this.#incoming.written(offset + bytes.length));
    } catch (error) {
      this.#state = 'ended';
      this.#options.owner.failed(await this.#explain(error));
    } finally {
      this.#waitingWrites--;
    }
  }

  #tell(progress: FrameFields<'fileProgress'> | undefined): void {
    if (progress !== undefined && this.#state === 'receiving') this.#options.owner.progress(progress);
  }

  /** Nothing of it stays. */
  async #drop(): Promise<void> {
    const partial = this.#partial;
    this.#partial = undefined;
    this.#state = 'ended';
    await this.#options.fate.drop(partial);
  }

  async #guard<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw await this.#explain(error);
    }
  }

  /** Where there is no room nothing half-written stays [UPLOAD-7]. Whatever the store failed at, what it has ends at a whole chunk when it is opened again. */
  async #explain(error: unknown): Promise<SottoError> {
    if (error instanceof SottoError) return error;
    if (!(error instanceof StorageFull)) {
      await this.#partial?.close().catch(() => {});
      this.#partial = undefined;
      return this.#options.fate.broken(error);
    }
    await this.#drop().catch((failure) => void this.#options.fate.broken(failure));
    return new SottoError(ErrorCode.STORAGE_FULL);
  }
}
