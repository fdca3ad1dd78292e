import type { Lane } from '../../frame.ts';
import type { ByteWriter } from '../wire/bytes.ts';
import { laneChunkOverhead, writeLaneHeader } from '../wire/chunk.ts';
import { RangeSet } from './range-set.ts';
import { RunQueue } from './run-queue.ts';

/** One lane's bytes on their way to the peer: waiting, left, lost, acknowledged. */
export class SendLane {
  readonly lane: Lane;
  /** Bytes below this may leave [CREDIT-3]. */
  credit: number;
  /** What left, was not acknowledged, and is to be sent again. */
  readonly lost = new RangeSet();
  readonly #queue = new RunQueue();
  /** Acknowledged beyond `#base`. */
  readonly #acked = new RangeSet();
  #base = 0;
  #next = 0;

  constructor(lane: Lane, credit: number) {
    this.lane = lane;
    this.credit = credit;
  }

  /** Everything before it is acknowledged. */
  get base(): number {
    return this.#base;
  }

  /** The first byte that has not left. */
  get next(): number {
    return this.#next;
  }

  /** Bytes that have not left, whatever the credit. */
  get waiting(): number {
    return this.#queue.end - this.#next;
  }

  /** Bytes that have not left and may, as far as this lane's credit goes. */
  get sendable(): number {
    return Math.max(0, Math.min(this.#queue.end, this.credit) - this.#next);
  }

  /** Bytes that are held here. */
  get held(): number {
    return this.#queue.end - this.#base;
  }

  get runs(): number {
    return this.#queue.count;
  }

  enqueue(frames: Uint8Array): void {
    this.#queue.push(frames);
  }

  /** Writes one chunk, for which there must be room. */
  write(writer: ByteWriter, start: number, end: number): void {
    writeLaneHeader(writer, this.lane, start, end - start);
    this.#queue.copy(writer, start, end);
    if (end > this.#next) this.#next = end;
    this.lost.remove(start, end);
  }

  acknowledged(start: number, end: number): void {
    if (end <= this.#base) return;
    this.lost.remove(start, end);
    if (start > this.#base) {
      this.#acked.add(start, end);
      return;
    }
    this.#base = end;
    while (this.#acked.start(0) <= this.#base) {
      this.#base = Math.max(this.#base, this.#acked.end(0));
      this.#acked.remove(this.#acked.start(0), this.#acked.end(0));
    }
    this.#queue.release(this.#base);
  }

  /** To be sent again, as far as it is not acknowledged. */
  queueLost(start: number, end: number): void {
    let from = Math.max(start, this.#base);
    for (let index = this.#acked.endingFrom(from + 1); this.#acked.start(index) < end; index++) {
      this.lost.add(from, this.#acked.start(index));
      from = this.#acked.end(index);
    }
    this.lost.add(from, end);
  }

  /** Whether nothing of it is left to acknowledge. */
  done(start: number, end: number): boolean {
    return end <= this.#base || this.#acked.covers(Math.max(start, this.#base), end);
  }
}

/** Fewer bytes than this are not worth a chunk, unless there are no more. */
const CHUNK_MIN_BYTES = 32;

/** How many of `bytes` from `offset` on fit a chunk in `room`; 0 when it is not worth it. */
export function fitting(room: number, offset: number, bytes: number): number {
  const fits = Math.min(bytes, room - laneChunkOverhead(offset, Math.min(bytes, Math.max(0, room))));
  return fits < Math.min(bytes, CHUNK_MIN_BYTES) ? 0 : fits;
}
