/**
 * The recent end of every followed stream in memory, as encoded frames [DELIVERY-1]. A follower is a cursor into it; whoever
 * is behind what is kept reads the log. All tails together are bounded: the oldest segment of all goes first.
 */
import type { Sequence } from '@sotto/model';
import { type EventRun, encodeRuns, upTo } from './frames.ts';
import type { StoredEvent } from './store.ts';

/** One commit's events of one stream, or part of them. */
interface Segment extends EventRun {
  tail: Tail;
  /** Its tail forgot it before its turn came. */
  released?: true;
}

const NO_BYTES = new Uint8Array(0);
const NO_ENDS = new Uint32Array(0);

/** What a segment takes beside its frames. */
const SEGMENT_BYTES = 512;

const sizeOf = ({ bytes, ends }: Segment): number => bytes.length + ends.byteLength + SEGMENT_BYTES;

const COMPACT_AT_SEGMENTS = 1024;

export class TailMemory {
  readonly #maxBytes: number;
  #segments: Segment[] = [];
  #oldest = 0;
  #bytes = 0;
  #released = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Called by a tail for each segment it keeps. */
  account(segment: Segment): void {
    this.#segments.push(segment);
    this.#bytes += sizeOf(segment);
    while (this.#bytes > this.#maxBytes) this.#evictOldest();
    if (this.#oldest > COMPACT_AT_SEGMENTS && this.#oldest * 2 > this.#segments.length) {
      this.#segments = this.#segments.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  /** Called by a tail for each segment it no longer keeps. */
  release(segment: Segment): void {
    this.#bytes -= sizeOf(segment);
    segment.bytes = NO_BYTES;
    segment.ends = NO_ENDS;
    segment.released = true;
    if (++this.#released < COMPACT_AT_SEGMENTS || this.#released * 2 < this.#segments.length) return;
    this.#segments = this.#segments.slice(this.#oldest).filter(({ released }) => released !== true);
    this.#oldest = 0;
    this.#released = 0;
  }

  #evictOldest(): void {
    const segment = this.#segments[this.#oldest];
    if (segment === undefined) return;
    this.#oldest++;
    if (segment.released) {
      this.#released--;
      return;
    }
    this.#bytes -= sizeOf(segment);
    segment.tail.dropOldest();
  }
}

/** What a follower at a cursor gets next. */
export type TailRead =
  | { kind: 'frames'; bytes: Uint8Array; last: Sequence }
  | { kind: 'caughtUp' }
  /** The cursor is before what memory keeps. */
  | { kind: 'behind' };

export class Tail {
  readonly #memory: TailMemory;
  /** Those before `#oldest` are dropped. */
  #segments: (Segment | undefined)[] = [];
  #oldest = 0;
  #head: Sequence;

  constructor(memory: TailMemory, head: Sequence) {
    this.#memory = memory;
    this.#head = head;
  }

  get head(): Sequence {
    return this.#head;
  }

  /** Takes the events of one commit, which follow the head without a gap. */
  push(events: readonly StoredEvent[]): void {
    for (const run of encodeRuns(events)) {
      const segment = { ...run, tail: this };
      this.#segments.push(segment);
      this.#head = run.last;
      this.#memory.account(segment);
    }
  }

  /**
   * At most one segment, so that a follower behind takes several turns, and nothing after `end`, which is after `after`. The
   * bytes are shared: never change them.
   */
  read(after: Sequence, end?: Sequence): TailRead {
    if (after >= this.#head) return { kind: 'caughtUp' };
    const segment = this.#segmentOf(after + 1);
    if (segment === undefined) return { kind: 'behind' };
    const skipped = after + 1 - segment.first;
    const start = skipped === 0 ? 0 : (segment.ends[skipped - 1] ?? 0);
    const { bytes, last } = upTo(segment, end);
    return { kind: 'frames', bytes: bytes.subarray(start), last };
  }

  /** Keeps none of what it has. */
  forget(): void {
    for (const segment of this.#segments) if (segment !== undefined) this.#memory.release(segment);
    this.#segments = [];
    this.#oldest = 0;
  }

  dropOldest(): void {
    this.#segments[this.#oldest++] = undefined;
    if (this.#oldest > COMPACT_AT_SEGMENTS && this.#oldest * 2 > this.#segments.length) {
      this.#segments = this.#segments.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  /** The last segment that begins at or before `sequence`; most readers want the newest one of all. */
  #segmentOf(sequence: number): Segment | undefined {
    const newest = this.#segments.at(-1);
    if (newest !== undefined && newest.first <= sequence) return newest;
    let from = this.#oldest;
    let to = this.#segments.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#segments[middle]?.first ?? 0) <= sequence) from = middle + 1;
      else to = middle;
    }
    return from > this.#oldest ? this.#segments[from - 1] : undefined;
  }
}
