/** The one log: appends durably, and keeps each followed stream's followers up to date. */
import type { Sequence, StreamId } from '@sotto/model';
import { type Committed, Committer } from './committer.ts';
import { Follower, type FollowerSink } from './follower.ts';
import { Pages } from './pages.ts';
import type { Append, AppendResult, EventStore, StoredEvent } from './store.ts';
import { Tail, TailMemory } from './tail.ts';

/** What all tails together may hold. */
const TAILS_MAX_BYTES = 64 * 1024 * 1024;

/** What pages of older events may take. */
const PAGES_MAX_BYTES = 16 * 1024 * 1024;

/** A stream that somebody follows. */
interface Feed {
  tail: Tail;
  firstKept: Sequence;
  followers: Set<Follower>;
}

export class EventLog {
  readonly #store: EventStore;
  readonly #committer: Committer;
  readonly #memory: TailMemory;
  readonly #pages: Pages;
  readonly #feeds = new Map<StreamId, Feed>();
  readonly #opening = new Map<StreamId, { missed: StoredEvent[]; done: Promise<void> }>();

  constructor(store: EventStore, tailsMaxBytes = TAILS_MAX_BYTES) {
    this.#store = store;
    this.#memory = new TailMemory(tailsMaxBytes);
    this.#pages = new Pages(store, PAGES_MAX_BYTES);
    this.#committer = new Committer(store, (batch) => this.#publish(batch));
  }

  /** Resolves when durable; followers have been told by then. */
  append(append: Append): Promise<AppendResult> {
    return this.#committer.append(append);
  }

  /** Where the stream stands, from memory where it is followed. */
  async state(stream: StreamId): Promise<{ head: Sequence; firstKept: Sequence }> {
    const feed = this.#feeds.get(stream);
    if (feed !== undefined) return { head: feed.tail.head, firstKept: feed.firstKept };
    return this.#store.stream(stream);
  }

  readBefore(stream: StreamId, before: Sequence, limit: number): Promise<readonly StoredEvent[]> {
    return this.#store.readBefore(stream, before, limit);
  }

  /** Pushes every event after `cursor` to `sink`, then those to come, until `unfollow`. */
  async follow(stream: StreamId, cursor: Sequence, sink: FollowerSink): Promise<Follower> {
    for (;;) {
      const feed = this.#feeds.get(stream);
      if (feed === undefined) {
        await this.#open(stream);
        continue;
      }
      const follower = new Follower({ stream, cursor, sink, tail: feed.tail, pages: this.#pages });
      feed.followers.add(follower);
      return follower;
    }
  }

  unfollow(follower: Follower): void {
    follower.stop();
    const feed = this.#feeds.get(follower.stream);
    feed?.followers.delete(follower);
    if (feed?.followers.size === 0) this.#feeds.delete(follower.stream);
  }

  /** Who follows a stream now. */
  *sinks(stream: StreamId): Iterable<FollowerSink> {
    for (const follower of this.#feeds.get(stream)?.followers ?? []) yield follower.sink;
  }

  /** Resolves when everything appended so far is durable. */
  idle(): Promise<void> {
    return this.#committer.idle();
  }

  #open(stream: StreamId): Promise<void> {
    const opening = this.#opening.get(stream);
    if (opening !== undefined) return opening.done;
    const missed: StoredEvent[] = [];
    const done = this.#load(stream, missed).finally(() => this.#opening.delete(stream));
    this.#opening.set(stream, { missed, done });
    return done;
  }

  /** `missed` gathers what is committed while the head is read. */
  async #load(stream: StreamId, missed: readonly StoredEvent[]): Promise<void> {
    const { head, firstKept } = await this.#store.stream(stream);
    const tail = new Tail(this.#memory, head);
    tail.push(missed.filter(({ sequence }) => sequence > head));
    this.#feeds.set(stream, { tail, firstKept, followers: new Set() });
  }

  #publish(batch: readonly Committed[]): void {
    const byStream = new Map<StreamId, StoredEvent[]>();
    for (const { append, result } of batch) {
      if (result.kind !== 'appended') continue;
      for (const [index, event] of append.events.entries()) {
        const sequence = result.sequences[index];
        if (sequence === undefined) continue;
        const events = byStream.get(event.stream) ?? [];
        if (events.push({ ...event, sequence }) === 1) byStream.set(event.stream, events);
      }
    }
    for (const [stream, events] of byStream) this.#push(stream, events);
  }

  #push(stream: StreamId, events: readonly StoredEvent[]): void {
    this.#opening.get(stream)?.missed.push(...events);
    const feed = this.#feeds.get(stream);
    if (feed === undefined) return;
    feed.tail.push(events);
    for (const follower of feed.followers) follower.pump();
  }
}
