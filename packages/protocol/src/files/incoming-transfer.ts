import { FILE_CHUNK_BYTES, FILE_DIGEST_BYTES } from '@sotto/model';
import { ErrorCode } from '@sotto/schema';
import { SottoError } from '../errors.ts';
import type { FrameFields, FrameMessage } from '../index.ts';
import { agreed, checkCount, checkStart, chunkEnd, chunkStart, REPETITIONS_MAX } from './checks.ts';

export interface IncomingTransferOptions {
  transfer: number;
  sizeBytes: number;
  /** What is there already: a multiple of a chunk, or everything. */
  offset: number;
  /** How far the peer may be ahead of what is written: whole chunks of it count. */
  creditBytes: number;
}

/** A whole chunk: its own copy, which nothing here keeps. */
export interface IncomingChunk {
  offset: number;
  bytes: Uint8Array;
  sha256: Uint8Array;
}

export interface IncomingStep {
  /** To be sent, where there is something to say. */
  progress: FrameFields<'fileProgress'> | undefined;
  /** Complete: to be hashed and compared, then written and told by `written`, or told by `damaged`. */
  chunk: IncomingChunk | undefined;
}

/**
 * The receiving end of one transfer [TRANSFER-*]. Pure: its owner hashes, writes and sends frames.
 *
 * The owner deals with completed chunks one after the other, in the order in which they came. Before it looks at one it asks
 * `isDue`: chunks that came after a damaged one are not, and are dropped.
 */
export class IncomingTransfer {
  readonly #transfer: number;
  readonly #sizeBytes: number;
  #creditBytes: number;
  #received: number;
  #written: number;
  /** What the peer was given, and what it was told of it. */
  #credit: number;
  #told: number;
  /** Unfinished; of the chunk that `received` is in. */
  #chunk: Uint8Array | undefined;
  /** After going back: where pieces that left before go on [TRANSFER-4]. */
  #passing: number | undefined;
  #repetitions = 0;

  /** Throws SottoError TRANSFER_BROKEN where the numbers are none. */
  constructor({ transfer, sizeBytes, offset, creditBytes }: IncomingTransferOptions) {
    checkStart(sizeBytes, offset);
    this.#transfer = transfer;
    this.#sizeBytes = sizeBytes;
    this.#creditBytes = creditBytes;
    this.#received = offset;
    this.#written = offset;
    this.#credit = offset;
    this.#raise();
    this.#told = this.#credit;
  }

  /** Up to where the peer may send now; for the answer that begins the transfer. */
  get credit(): number {
    return this.#credit;
  }

  /** Data beyond the credit or the size, out of order, or not as agreed: throws SottoError TRANSFER_BROKEN. What was on its way when going back is passed over. */
  data({ offset, data, chunkSha256 }: FrameMessage<'fileData'>): IncomingStep {
    checkCount(offset, 'offset');
    agreed(data.length > 0 && data.length <= FILE_CHUNK_BYTES, () => `${data.length} bytes in one piece`);
    const end = offset + data.length;
    agreed(end <= this.#credit, () => `up to ${end}, credit ${this.#credit}, size ${this.#sizeBytes}`);
    const border = chunkEnd(offset, this.#sizeBytes);
    agreed(end <= border, () => `from ${offset} to ${end}, across chunks`);
    const digestBytes = end === border ? FILE_DIGEST_BYTES : 0;
    agreed(chunkSha256.length === digestBytes, () => `digest of ${chunkSha256.length} bytes`);
    if (offset !== this.#received && offset === this.#passing) {
      this.#passing = end;
      return NOTHING;
    }
    agreed(offset === this.#received, () => `offset ${offset} instead of ${this.#received}`);
    this.#passing = undefined;
    const chunk = this.#put(offset, data, chunkSha256);
    return { progress: this.#progress(), chunk };
  }

  /** Whether the chunk that begins at `offset` is the one to be verified and written next. */
  isDue(offset: number): boolean {
    return (
      offset === this.#written &&
      offset < this.#sizeBytes &&
      chunkEnd(offset, this.#sizeBytes) <= this.#received
    );
  }

  /** Chunks up to `offset`, the end of one, are verified and written: the credit rises. */
  written(offset: number): FrameFields<'fileProgress'> | undefined {
    if (offset <= this.#written || offset > this.#received) return undefined;
    this.#written = offset;
    this.#repetitions = 0;
    return this.#raised();
  }

  /**
   * The chunk that begins there is not what its digest says: it is asked for again; undefined where it is not due. Throws
   * SottoError FILE_CORRUPT the fourth time.
   */
  damaged(offset: number): FrameFields<'fileProgress'> | undefined {
    if (!this.isDue(offset)) return undefined;
    if (this.#repetitions === REPETITIONS_MAX)
      throw new SottoError(ErrorCode.FILE_CORRUPT, `the chunk at ${offset}, ${REPETITIONS_MAX + 1} times`);
    this.#repetitions += 1;
    this.#passing = this.#received;
    this.#received = offset;
    this.#chunk = undefined;
    return { ...this.#progress(), again: true };
  }

  /**
   * Credit is given by this from here on; what was given stays given. Less than a chunk holds the peer back until more is lent.
   * To be sent, where there is something to say.
   */
  lend(creditBytes: number): FrameFields<'fileProgress'> | undefined {
    this.#creditBytes = creditBytes;
    return this.#raised();
  }

  /** In order, whether written or not. */
  get received(): number {
    return this.#received;
  }

  /** Everything was received and written. */
  get isComplete(): boolean {
    return this.#written === this.#sizeBytes;
  }

  /** Copies the piece, so that no frame lives on in a chunk; `slice` of a Buffer would not. */
  #put(offset: number, data: Uint8Array, sha256: Uint8Array): IncomingChunk | undefined {
    const start = chunkStart(offset);
    const chunkBytes = chunkEnd(offset, this.#sizeBytes) - start;
    const end = offset + data.length;
    this.#received = end;
    if (data.length === chunkBytes)
      return { offset, bytes: new Uint8Array(data), sha256: new Uint8Array(sha256) };
    const bytes = this.#chunk ?? new Uint8Array(chunkBytes);
    bytes.set(data, offset - start);
    this.#chunk = end < start + chunkBytes ? bytes : undefined;
    return this.#chunk === undefined ? { offset: start, bytes, sha256: new Uint8Array(sha256) } : undefined;
  }

  /** Pieces are answered with it anyway, so it is told by itself only in larger steps. */
  #raised(): FrameFields<'fileProgress'> | undefined {
    this.#raise();
    const step = Math.min(this.#creditBytes / 4, this.#sizeBytes - this.#told);
    return this.#credit > this.#told && this.#credit - this.#told >= step ? this.#progress() : undefined;
  }

  /** To the end of a chunk: part of one would be of use to nobody. */
  #raise(): void {
    const end = this.#written + Math.max(0, this.#creditBytes);
    this.#credit = Math.max(this.#credit, end < this.#sizeBytes ? chunkStart(end) : this.#sizeBytes);
  }

  #progress(): FrameFields<'fileProgress'> {
    this.#told = this.#credit;
    return { transfer: this.#transfer, received: this.#received, credit: this.#credit };
  }
}

const NOTHING: IncomingStep = { progress: undefined, chunk: undefined };
