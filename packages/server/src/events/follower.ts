/**
 * One stream at one connection [DELIVERY-2]: a cursor that moves to the head. *Backfilling* reads the log in pages
 * while the connection drains; *cutover* is reaching what the tail holds; *live* pushes the tail's bytes. A connection that is not
 * writable costs nothing but its cursor: it goes on where it stands when it drains.
 */
import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import type { Turns } from '../turns.ts';
import { upTo } from './frames.ts';
import type { Page, Pages } from './pages.ts';
import type { Tail } from './tail.ts';

export interface FollowerSink {
  /** Whom it speaks for. */
  readonly user: UserNumber;
  /** Below the connection's high-water mark. */
  readonly writable: boolean;
  /** Takes whole frames of the chat lane. */
  write(frames: Uint8Array): void;
  /** One frame that may be lost. */
  writeUnreliable(frame: Uint8Array): void;
  /** The log cannot be read; the connection should end, so that the client tries again. */
  failed(error: unknown): void;
  /** The follower has had the last event that its user may see, and is no follower any more. */
  ended(follower: Follower): void;
}

export interface FollowerOptions {
  stream: StreamId;
  cursor: Sequence;
  sink: FollowerSink;
  tail: Tail;
  pages: Pages;
  /** A connection reads one page at a time: what all its streams lack together is far more than it can be handed at once. */
  turns: Turns<FollowerSink>;
  /** It got to where it was cut. */
  ended: (follower: Follower) => void;
}

export class Follower {
  readonly stream: StreamId;
  readonly sink: FollowerSink;
  readonly #tail: Tail;
  readonly #pages: Pages;
  readonly #turns: Turns<FollowerSink>;
  readonly #ended: (follower: Follower) => void;
  #cursor: Sequence;
  /** Nothing after it is pushed. */
  #end: Sequence | undefined;
  #phase: 'waiting' | 'live' | 'backfilling' | 'stopped' = 'waiting';

  constructor({ stream, cursor, sink, tail, pages, turns, ended }: FollowerOptions) {
    this.stream = stream;
    this.#cursor = cursor;
    this.sink = sink;
    this.#tail = tail;
    this.#pages = pages;
    this.#turns = turns;
    this.#ended = ended;
  }

  /** The last sequence pushed. */
  get cursor(): Sequence {
    return this.#cursor;
  }

  get head(): Sequence {
    return this.#tail.head;
  }

  get stopped(): boolean {
    return this.#phase === 'stopped';
  }

  get live(): boolean {
    return this.#phase === 'live' && this.#cursor === this.#tail.head;
  }

  /** Nothing is pushed before. */
  start(): void {
    if (this.#phase === 'waiting') this.#phase = 'live';
    this.pump();
  }

  /** Nothing up to `cursor` is pushed from now on: its user may no longer read so far back [PAGE-4]. */
  raise(cursor: Sequence): void {
    if (cursor > this.#cursor) this.#cursor = cursor;
  }

  /** The event at `end` is the last that its user may see [CUT-1]. */
  cut(end: Sequence): void {
    if (this.#end === undefined || end < this.#end) this.#end = end;
    this.#endReached();
  }

  /** Pushes what there is, as far as the connection takes it. Call after each commit, and on drain. */
  pump(): void {
    while (this.#phase === 'live' && this.sink.writable) {
      const next = this.#tail.read(this.#cursor, this.#end);
      switch (next.kind) {
        case 'caughtUp':
          return;
        case 'behind':
          this.#phase = 'backfilling';
          void this.#turns.take(this.sink, () => this.#backfill());
          return;
        case 'frames':
          this.#cursor = next.last;
          this.sink.write(next.bytes);
          if (this.#endReached()) return;
          break;
      }
    }
  }

  stop(): void {
    this.#phase = 'stopped';
  }

  /** One page, unless its turn came too late; `pump` then decides whether the tail serves the rest or another page is needed. */
  async #backfill(): Promise<void> {
    if (this.#phase !== 'backfilling') return;
    if (!this.sink.writable) {
      this.#phase = 'live';
      return;
    }
    const after = this.#cursor;
    const { head } = this;
    try {
      const page = await this.#pages.read(this.stream, after);
      if (this.#phase !== 'backfilling') return;
      // All that there was until the page was read has been dropped since.
      if (page === undefined) this.raise(head);
      else if (this.#cursor === after) this.#hand(page);
      this.#goOn();
    } catch (error) {
      this.stop();
      this.sink.failed(error);
    }
  }

  #hand(page: Page): void {
    const { bytes, last } = upTo(page, this.#end);
    this.#cursor = last;
    if (bytes.length > 0) this.sink.write(bytes);
  }

  #goOn(): void {
    if (this.#endReached()) return;
    this.#phase = 'live';
    this.pump();
  }

  #endReached(): boolean {
    if (this.#end === undefined || this.#cursor < this.#end || this.#phase === 'stopped') return false;
    this.stop();
    this.#ended(this);
    return true;
  }
}
