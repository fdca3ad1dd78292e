import { ErrorCode } from '@sotto/schema';
import { SottoError } from '../errors.ts';
import type { FrameFields, FrameMessage } from '../index.ts';
import { agreed, checkCount, checkStart, chunkEnd, chunkStart, REPETITIONS_MAX } from './checks.ts';
import type { FlightWindow } from './flight-window.ts';

export interface OutgoingTransferOptions {
  transfer: number;
  sizeBytes: number;
  /** Where the peer wants it to begin. */
  offset: number;
  credit: number;
  /** Shared by all transfers of the connection in this direction. */
  window: FlightWindow;
}

interface Flight {
  end: number;
  bytes: number;
  sentAtMs: number;
}

/** The sending end of one transfer [TRANSFER-*]. Pure: its owner reads the file, hashes chunks and sends frames. */
export class OutgoingTransfer {
  readonly #transfer: number;
  readonly #sizeBytes: number;
  readonly #window: FlightWindow;
  #credit: number;
  /** The next piece begins here. */
  #next: number;
  #received: number;
  #chunk: { offset: number; bytes: Uint8Array; sha256: Uint8Array } | undefined;
  /** Sent and not acknowledged, in order; few, for pieces are short only where nothing is on its way. */
  #flights: Flight[] = [];
  #isOver = false;
  /** The last chunk that was asked for again, and how often. */
  #repeated = { offset: 0, times: 0 };

  /** Throws SottoError TRANSFER_BROKEN where the numbers are none. */
  constructor({ transfer, sizeBytes, offset, credit, window }: OutgoingTransferOptions) {
    checkStart(sizeBytes, offset);
    checkCount(credit, 'credit');
    this.#transfer = transfer;
    this.#sizeBytes = sizeBytes;
    this.#window = window;
    this.#credit = credit;
    this.#next = offset;
    this.#received = offset;
  }

  /** The chunk that is to be loaded; undefined where one is there, is not needed, or the peer has no credit for it. */
  get wanted(): { offset: number; length: number } | undefined {
    if (this.#isOver || this.#chunk !== undefined) return undefined;
    if (this.#next >= Math.min(this.#sizeBytes, this.#credit)) return undefined;
    const offset = chunkStart(this.#next);
    return { offset, length: chunkEnd(offset, this.#sizeBytes) - offset };
  }

  /**
   * Ignored where it is not wanted any more. The bytes are kept, not copied, until all of them were taken. Throws SottoError
   * FILE_CORRUPT where they are fewer or more than wanted: the file changed.
   */
  load(offset: number, chunk: Uint8Array, sha256: Uint8Array): void {
    const wanted = this.wanted;
    if (wanted?.offset !== offset) return;
    if (chunk.length !== wanted.length)
      throw new SottoError(
        ErrorCode.FILE_CORRUPT,
        `${chunk.length} bytes at ${offset} instead of ${wanted.length}`,
      );
    this.#chunk = { offset, bytes: chunk, sha256 };
  }

  /** The next piece, which counts as sent; undefined where window, credit or a missing chunk keep it back. Its data are a view: to be encoded at once. */
  take(nowMs: number): FrameFields<'fileData'> | undefined {
    const chunk = this.#chunk;
    if (chunk === undefined || this.#isOver) return undefined;
    const offset = this.#next;
    const length = this.#pieceBytes(chunk.offset + chunk.bytes.length - offset);
    if (length === 0) return undefined;
    const end = offset + length;
    const begin = offset - chunk.offset;
    const isLast = begin + length === chunk.bytes.length;
    this.#next = end;
    this.#flights.push({ end, bytes: length, sentAtMs: nowMs });
    this.#window.sent(length, nowMs);
    if (isLast) this.#chunk = undefined;
    return {
      transfer: this.#transfer,
      offset,
      data: chunk.bytes.subarray(begin, begin + length),
      ...(isLast ? { chunkSha256: chunk.sha256 } : {}),
    };
  }

  /** What the peer said. 'again': it goes back to a damaged chunk, which has to be loaded anew. Throws SottoError TRANSFER_BROKEN. */
  progress({ received, credit, again }: FrameMessage<'fileProgress'>, nowMs: number): 'onward' | 'again' {
    checkCount(received, 'received');
    checkCount(credit, 'credit');
    if (this.#isOver) return 'onward';
    agreed(received <= this.#next, () => `received ${received}, ${this.#next} were sent`);
    if (again) this.#goBack(received);
    else this.#arrived(received, nowMs);
    this.#credit = Math.max(this.#credit, credit);
    return again ? 'again' : 'onward';
  }

  /** What the peer has. */
  get received(): number {
    return this.#received;
  }

  get isComplete(): boolean {
    return this.#received === this.#sizeBytes;
  }

  /** Takes what is on its way out of the window. There will be no more pieces. */
  end(): void {
    this.#isOver = true;
    this.#chunk = undefined;
    this.#forget();
  }

  /** 0 where nothing may leave. What is left of the chunk is cut evenly; a piece that credit cuts short waits until nothing is on its way. */
  #pieceBytes(restBytes: number): number {
    const piece = Math.ceil(restBytes / Math.ceil(restBytes / this.#window.pieceBytes));
    const credited = Math.min(piece, this.#credit - this.#next);
    if (credited < piece && this.#flights.length > 0) return 0;
    return credited > 0 && credited <= this.#window.roomBytes ? credited : 0;
  }

  #arrived(received: number, nowMs: number): void {
    agreed(received >= this.#received, () => `received ${received}, after ${this.#received}`);
    this.#received = received;
    let bytes = 0;
    let sentAtMs = 0;
    let count = 0;
    for (const flight of this.#flights) {
      if (flight.end > received) break;
      bytes += flight.bytes;
      sentAtMs = flight.sentAtMs;
      count += 1;
    }
    if (count === 0) return;
    this.#flights.splice(0, count);
    this.#window.arrived(bytes, sentAtMs, nowMs);
  }

  /** To the chunk that begins at `offset` [TRANSFER-4]. */
  #goBack(offset: number): void {
    const isChunk =
      offset < this.#next && chunkStart(offset) === offset && chunkEnd(offset, this.#sizeBytes) <= this.#next;
    agreed(isChunk, () => `again from ${offset}, ${this.#next} were sent`);
    agreed(offset >= this.#repeated.offset, () => `again from ${offset}, after ${this.#repeated.offset}`);
    const times = offset === this.#repeated.offset ? this.#repeated.times + 1 : 1;
    agreed(times <= REPETITIONS_MAX, () => `again from ${offset}, ${times} times`);
    this.#repeated = { offset, times };
    this.#forget();
    this.#chunk = undefined;
    this.#next = offset;
    this.#received = offset;
  }

  #forget(): void {
    const bytes = this.#flights.reduce((sum, flight) => sum + flight.bytes, 0);
    this.#flights = [];
    if (bytes > 0) this.#window.forgotten(bytes);
  }
}
