/** The one log: appends durably, and keeps each followed stream's followers up to date. */
import {
  inboxStream,
  type RoomNumber,
  roomStream,
  type Sequence,
  type StreamId,
  type UserNumber,
} from '@sotto/model';
import { EventKind } from '@sotto/schema';
import { GroupCommit } from '../group-commit.ts';
import { Turns } from '../turns.ts';
import { Follower, type FollowerSink } from './follower.ts';
import { Pages } from './pages.ts';
import type { Append, AppendResult, EventStore, StoredEvent } from './store.ts';
import { Tail, TailMemory } from './tail.ts';

/** What all tails together may hold. */
const TAILS_MAX_BYTES = 64 * 1024 * 1024;

/** What pages of older events may take. */
const PAGES_MAX_BYTES = 16 * 1024 * 1024;

/** What appends may take that wait for their commit. */
const WAITING_MAX_BYTES = 128 * 1024 * 1024;
/** An event without its content, as it waits here, rounded up. */
const ENVELOPE_BYTES = 1_024;

const weigh = ({ events }: Append): number =>
  events.reduce((bytes, { content }) => bytes + content.length + ENVELOPE_BYTES, 0);

/** A stream that somebody follows. */
interface Feed {
  tail: Tail;
  firstKept: Sequence;
  followers: Set<Follower>;
}

/** Told in the moment of the commit, before any follower hears of it. */
export interface LogHooks {
  /** The user is no member any more. */
  removed?: (room: RoomNumber, user: UserNumber) => void;
  /** The first event that the user may read in a room whose history is closed from now on [HISTORY-1]. */
  firstVisible?: (room: RoomNumber, user: UserNumber) => Sequence;
  /** Contents were erased. */
  erased?: () => void;
  /** Messages of the stream offer no file any more that did, or are not for all to read who could. */
  offersChanged?: (stream: StreamId) => void;
}

export interface LogFigures {
  events: number;
  commits: number;
  /** Appends that wait for their commit. */
  waiting: number;
  waitingBytes: number;
  /** That somebody follows. */
  streams: number;
  /** What memory holds of them. */
  memoryBytes: number;
}

/** What a batch does beside adding events. */
interface Effects {
  cuts: { stream: StreamId; user: UserNumber; end: Sequence | undefined }[];
  /** Messages whose content went, by stream. */
  erased: Map<StreamId, Set<number>>;
  /** Rooms whose members see no more than what came after they joined. */
  closed: RoomNumber[];
  /** Streams in which files were declined. */
  declined: Set<StreamId>;
}

export class EventLog {
  readonly #store: EventStore;
  readonly #commits: GroupCommit<Append, AppendResult>;
  readonly #memory: TailMemory;
  readonly #pages: Pages;
  readonly #turns = new Turns<FollowerSink>();
  readonly #feeds = new Map<StreamId, Feed>();
  readonly #opening = new Map<StreamId, { missed: StoredEvent[]; done: Promise<void> }>();

  readonly #hooks: LogHooks;
  #events = 0;
  #batches = 0;

  constructor(store: EventStore, tailsMaxBytes = TAILS_MAX_BYTES, hooks: LogHooks = {}) {
    this.#store = store;
    this.#hooks = hooks;
    this.#memory = new TailMemory(tailsMaxBytes);
    this.#pages = new Pages(store, PAGES_MAX_BYTES);
    this.#commits = new GroupCommit({
      commit: (batch) => this.#commit(batch),
      weigh,
      maxBytes: WAITING_MAX_BYTES,
    });
  }

  /** Resolves when durable; followers have been told by then. */
  append(append: Append): Promise<AppendResult> {
    return this.#commits.add(append);
  }

  /** Where the stream stands, from memory where it is followed. */
  async state(stream: StreamId): Promise<{ head: Sequence; firstKept: Sequence }> {
    const feed = this.#feeds.get(stream);
    if (feed !== undefined) return { head: feed.tail.head, firstKept: feed.firstKept };
    return this.#store.stream(stream);
  }

  /** The head of a stream that somebody follows. */
  knownHead(stream: StreamId): Sequence | undefined {
    return this.#feeds.get(stream)?.tail.head;
  }

  /** Where a message went that was accepted before [LOG-4]. */
  accepted(
    stream: StreamId,
    sender: UserNumber,
    clientMessageId: Uint8Array,
  ): ReturnType<EventStore['accepted']> {
    return this.#store.accepted(stream, sender, clientMessageId);
  }

  readBefore(stream: StreamId, before: Sequence, limit: number): Promise<readonly StoredEvent[]> {
    return this.#store.readBefore(stream, before, limit);
  }

  /** Once started, pushes every event after `cursor` to `sink`, then those to come, until `unfollow`. */
  async follow(stream: StreamId, cursor: Sequence, sink: FollowerSink): Promise<Follower> {
    for (;;) {
      const feed = this.#feeds.get(stream);
      if (feed === undefined) {
        await this.#open(stream);
        continue;
      }
      const follower = new Follower({
        stream,
        cursor,
        sink,
        tail: feed.tail,
        pages: this.#pages,
        turns: this.#turns,
        ended: this.#ended,
      });
      feed.followers.add(follower);
      return follower;
    }
  }

  unfollow(follower: Follower): void {
    follower.stop();
    const feed = this.#feeds.get(follower.stream);
    if (feed?.followers.delete(follower) !== true || feed.followers.size > 0) return;
    this.#feeds.delete(follower.stream);
    feed.tail.forget();
  }

  /** Drops what comes before `before` for good [ERASE-3]. */
  async trim(stream: StreamId, before: Sequence): Promise<void> {
    await this.#store.trim(stream, before);
    const { firstKept } = await this.#store.stream(stream);
    const feed = this.#feeds.get(stream);
    if (feed !== undefined && feed.firstKept < firstKept) feed.firstKept = firstKept;
    this.#forget(stream);
    this.#hooks.erased?.();
    this.#hooks.offersChanged?.(stream);
  }

  /** Erases contents for good, and those of edits [ERASE-3]. */
  async eraseContents(stream: StreamId, sequences: readonly Sequence[]): Promise<void> {
    await this.#store.eraseContents(stream, sequences);
    this.#forget(stream);
    this.#hooks.erased?.();
    this.#hooks.offersChanged?.(stream);
  }

  /** Who follows a stream now. */
  *sinks(stream: StreamId): Iterable<FollowerSink> {
    for (const follower of this.#feeds.get(stream)?.followers ?? []) yield follower.sink;
  }

  /** How it is; sums since it was opened. */
  get figures(): LogFigures {
    const { items, bytes } = this.#commits.waiting;
    return {
      events: this.#events,
      commits: this.#batches,
      waiting: items,
      waitingBytes: bytes,
      streams: this.#feeds.size,
      memoryBytes: this.#memory.bytes,
    };
  }

  /** Resolves when everything appended so far is durable. */
  idle(): Promise<void> {
    return this.#commits.idle();
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

  /** Followers are told before the appends resolve [LOG-5]. */
  async #commit(batch: readonly Append[]): Promise<readonly AppendResult[]> {
    const results = await this.#store.append(batch);
    this.#batches++;
    this.#publish(batch, results);
    return results;
  }

  /** What memory holds of the stream may have been erased. */
  #forget(stream: StreamId): void {
    this.#feeds.get(stream)?.tail.forget();
    this.#pages.forget(stream);
  }

  readonly #ended = (follower: Follower): void => {
    this.unfollow(follower);
    follower.sink.ended(follower);
  };

  #publish(batch: readonly Append[], results: readonly AppendResult[]): void {
    const byStream = new Map<StreamId, StoredEvent[]>();
    const effects: Effects = { cuts: [], erased: new Map(), closed: [], declined: new Set() };
    for (const [place, append] of batch.entries()) {
      const result = results[place];
      if (result?.kind !== 'appended') continue;
      for (const [index, event] of append.events.entries()) {
        const sequence = result.sequences[index];
        if (sequence === undefined) continue;
        this.#events++;
        const events = byStream.get(event.stream) ?? [];
        if (events.push({ ...event, sequence }) === 1) byStream.set(event.stream, events);
      }
      if (append.changes.length > 0) this.#gather(append, result.sequences, effects);
    }
    for (const [stream, targets] of effects.erased) {
      this.#forget(stream);
      eraseFrom(byStream.get(stream) ?? [], targets);
    }
    for (const [stream, events] of byStream) this.#take(stream, events);
    for (const { stream, user, end } of effects.cuts) this.#cut(stream, user, end);
    for (const room of effects.closed) this.#closeHistory(room);
    for (const stream of byStream.keys())
      for (const follower of this.#feeds.get(stream)?.followers ?? []) follower.pump();
    if (effects.erased.size > 0) this.#hooks.erased?.();
    const streams = [...effects.erased.keys(), ...effects.declined, ...effects.closed.map(roomStream)];
    for (const stream of new Set(streams)) this.#hooks.offersChanged?.(stream);
  }

  #gather({ events, changes }: Append, sequences: readonly Sequence[], effects: Effects): void {
    const { cuts, erased, closed } = effects;
    for (const change of changes) {
      switch (change.kind) {
        case 'memberRemoved': {
          const stream = roomStream(change.room);
          const last = events.findLastIndex((event) => event.stream === stream);
          cuts.push({ stream, user: change.user, end: sequences[last] });
          this.#hooks.removed?.(change.room, change.user);
          break;
        }
        case 'roomChanged':
          if (change.settings.history === 'sinceJoined') closed.push(change.room);
          break;
        case 'messageDeleted':
          erased.set(change.stream, (erased.get(change.stream) ?? new Set()).add(change.target));
          break;
        case 'fileAnswered':
          if (!change.accepted) effects.declined.add(change.stream);
          break;
        case 'settingSaved':
          erased.set(inboxStream(change.user), erased.get(inboxStream(change.user)) ?? new Set());
          break;
        default:
          break;
      }
    }
  }

  #closeHistory(room: RoomNumber): void {
    const { firstVisible } = this.#hooks;
    if (firstVisible === undefined) return;
    for (const follower of this.#feeds.get(roomStream(room))?.followers ?? [])
      follower.raise((firstVisible(room, follower.sink.user) - 1) as Sequence);
  }

  #take(stream: StreamId, events: readonly StoredEvent[]): void {
    this.#opening.get(stream)?.missed.push(...events);
    this.#feeds.get(stream)?.tail.push(events);
  }

  /** The event at `end` is the last that the user gets; where the change has none in the stream, what came before it is [CUT-1]. */
  #cut(stream: StreamId, user: UserNumber, end: Sequence | undefined): void {
    const feed = this.#feeds.get(stream);
    if (feed === undefined) return;
    for (const follower of feed.followers)
      if (follower.sink.user === user) follower.cut(end ?? feed.tail.head);
  }
}

/** A message may be sent, changed and deleted in one commit. */
function eraseFrom(events: StoredEvent[], targets: ReadonlySet<number>): void {
  for (const [index, event] of events.entries()) {
    const isGone =
      targets.has(event.sequence) || (CONTENT_ABOUT_MESSAGES.has(event.kind) && targets.has(event.relatesTo));
    if (isGone) events[index] = { ...event, content: ERASED, salt: ERASED };
  }
}

/** What an answer says is its own. */
const CONTENT_ABOUT_MESSAGES: ReadonlySet<EventKind> = new Set([
  EventKind.MESSAGE_EDITED,
  EventKind.REACTION_ADDED,
]);
const ERASED = new Uint8Array(0);
