/**
 * The recent end of every followed stream in memory, as encoded frames [DELIVERY-1]. A follower is a cursor into it; whoever
 * is behind what is kept reads the log. All tails together are bounded: the oldest segment of all goes first.
 */
import type { Sequence } from '@sotto/model';
import { type EventFrames, encodeEvents } from './frames.ts';
import type { StoredEvent } from './store.ts';

/** One commit's events of one stream. */
interface Segment extends EventFrames {
  tail: Tail;
  /** Sequence of the first frame. */
  first: number;
}

export class TailMemory {
  readonly #maxBytes: number;
  #segments: Segment[] = [];
  #oldest = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Called by a tail for each segment it keeps. */
  account(segment: Segment): void {
    this.#segments.push(segment);
    this.#bytes += segment.bytes.length;
    while (this.#bytes > this.#maxBytes) this.#evictOldest();
    if (this.#oldest > 1024 && this.#oldest * 2 > this.#segments.length) {
      this.#segments = this.#segments.slice(this.#oldest);
      this.#oldest = 0;
    }
  }

  #evictOldest(): void {
    const segment = this.#segments[this.#oldest];
    if (segment === undefined) return;
    this.#oldest++;
    this.#bytes -= segment.bytes.length;
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
  readonly #segments: Segment[] = [];
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
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return;
    const segment = { ...encodeEvents(events), tail: this, first: first.sequence };
    this.#segments.push(segment);
    this.#head = last.sequence;
    this.#memory.account(segment);
  }

  /** At most one segment, so that a follower behind takes several turns. The bytes are shared: never change them. */
  read(after: Sequence): TailRead {
    if (after >= this.#head) return { kind: 'caughtUp' };
    const segment = this.#segmentOf(after + 1);
    if (segment === undefined) return { kind: 'behind' };
    const skipped = after + 1 - segment.first;
    const start = skipped === 0 ? 0 : (segment.ends[skipped - 1] ?? 0);
    const last = (segment.first + segment.ends.length - 1) as Sequence;
    return { kind: 'frames', bytes: segment.bytes.subarray(start), last };
  }

  dropOldest(): void {
    this.#segments.shift();
  }

  /** Most readers want the newest segment. */
  #segmentOf(sequence: number): Segment | undefined {
    for (let index = this.#segments.length - 1; index >= 0; index--) {
      const segment = this.#segments[index];
      if (segment !== undefined && segment.first <= sequence) return segment;
    }
    return undefined;
  }
}
