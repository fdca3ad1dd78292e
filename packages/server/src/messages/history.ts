/**
 * Reading what was said, a page at a time, with what has become of it [PAGE-1]. Whoever asks is asked for their right
 * again after everything that was waited for, so that a member who was removed meanwhile gets nothing.
 */
import {
  PAGE_MAX,
  PINS_MAX,
  REACTIONS_PER_MESSAGE_MAX,
  type RoomNumber,
  roomStream,
  type Sequence,
  type StreamId,
  streamOwner,
  type UserNumber,
} from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind, type ReadHistory } from '@sotto/schema';
import type { EventLog } from '../events/log.ts';
import type { EventStore, StoredEvent } from '../events/store.ts';
import { READ_MAX_BYTES } from '../fitting.ts';
import { type Asker, authorize, firstVisible, type RoomDirectory } from '../rooms/directory.ts';
import { weigh, within } from './page.ts';
import type { MessageStateRecord, MessageStore } from './store.ts';
import type { Targets } from './targets.ts';

export interface HistoryOptions {
  log: EventLog;
  events: Pick<EventStore, 'read' | 'readBefore' | 'events' | 'firstAfter'>;
  messages: MessageStore;
  directory: RoomDirectory;
  targets: Targets;
  clock: Clock;
}

export interface Page {
  stream: StreamId;
  events: readonly StoredEvent[];
  states: readonly MessageStateRecord[];
  firstKept: Sequence;
  head: Sequence;
}

export type Range = Pick<ReadHistory, 'before' | 'after' | 'around' | 'limit' | 'atMs'>;

export class History {
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** The stream if the user may read it, and the first event in it that is for the user; throws NOT_FOUND otherwise. */
  async open(stream: number, user: Asker): Promise<{ stream: StreamId; first: Sequence }> {
    const { directory, clock } = this.#options;
    const owner = streamOwner(stream);
    const id = stream as StreamId;
    if (owner?.kind === 'room') {
      const state = await directory.find(owner.room);
      authorize(state, user, 'read', clock.now());
      return { stream: id, first: firstVisible(state, user) };
    }
    if (owner?.kind !== 'inbox' || owner.user !== user.number)
      throw new SottoError(ErrorCode.NOT_FOUND, `stream ${stream}`);
    return { stream: id, first: 1 as Sequence };
  }

  async read(user: Asker, stream: number, range: Range): Promise<Page> {
    const { stream: id, first } = await this.open(stream, user);
    const { head } = await this.#options.log.state(id);
    const around = await this.#middle(id, head, range);
    const { events, keep } = await this.#range(id, first, { ...range, around });
    return this.#page(user, { stream: id, head, events, keep });
  }

  /** The messages of a thread after `after`, deleted ones among them. */
  async thread(user: Asker, stream: number, root: number, after: number, limit: number): Promise<Page> {
    const { log, targets, messages } = this.#options;
    const id = stream as StreamId;
    await targets.envelope(roomOf(stream), user, root);
    const { head } = await log.state(id);
    const events = await messages.thread(
      id,
      root as Sequence,
      after as Sequence,
      sizeOf(limit),
      READ_MAX_BYTES,
    );
    return this.#page(user, { stream: id, head, events, keep: 0 });
  }

  /** The message, then its edits; of one that was deleted nothing is left. */
  async revisions(user: Asker, stream: number, sequence: number): Promise<Page> {
    const { log, targets, messages } = this.#options;
    const id = roomStream(roomOf(stream));
    const { head } = await log.state(id);
    const { message } = await targets.envelope(roomOf(stream), user, sequence);
    const edits = await messages.edits(id, message.sequence, PAGE_MAX - 1);
    return this.#page(user, { stream: id, head, events: [message, ...edits], keep: 0 });
  }

  async pins(user: Asker, stream: number): Promise<Page> {
    const { log, messages, events } = this.#options;
    const { stream: id, first } = await this.open(roomStream(roomOf(stream)), user);
    const { head } = await log.state(id);
    const pinned = await messages.pins(id, first, PINS_MAX);
    const found = new Map((await events.events(id, pinned)).map((event) => [event.sequence, event]));
    const ordered = pinned.flatMap((sequence) => found.get(sequence) ?? []);
    return this.#page(user, { stream: id, head, events: ordered, keep: 0 });
  }

  async reactions(
    user: Asker,
    stream: number,
    sequence: number,
  ): Promise<readonly { emoji: string; user: UserNumber }[]> {
    const { targets, messages } = this.#options;
    const { message } = await targets.envelope(roomOf(stream), user, sequence);
    const reactions = await messages.reactions(message.stream, message.sequence, REACTIONS_PER_MESSAGE_MAX);
    await this.open(stream, user);
    return reactions;
  }

  /** What the page is to be around; 0: it goes one way. Times are looked up only up to the head that it is told with. */
  async #middle(stream: StreamId, head: Sequence, { around, atMs }: Range): Promise<number> {
    if (around > 0 || !(atMs > 0)) return around;
    return Math.max(1, Math.min(head, await this.#options.events.firstAfter(stream, atMs)));
  }

  /** Events of a range, and which of them stays when not all fit. */
  async #range(
    stream: StreamId,
    first: Sequence,
    { before, after, around, limit }: Range,
  ): Promise<{ events: readonly StoredEvent[]; keep: number }> {
    const { events } = this.#options;
    const count = sizeOf(limit);
    if (around > 0) {
      const middle = Math.max(around, first) as Sequence;
      const half = Math.floor(count / 2);
      const [earlier, later] = await Promise.all([
        half === 0 ? [] : events.readBefore(stream, middle, half, READ_MAX_BYTES),
        events.read(stream, (middle - 1) as Sequence, count - half, READ_MAX_BYTES),
      ]);
      const visible = earlier.filter(({ sequence }) => sequence >= first);
      return {
        events: [...visible, ...later],
        keep: Math.min(visible.length, visible.length + later.length - 1),
      };
    }
    if (after > 0) {
      const from = Math.max(after, first - 1) as Sequence;
      return { events: await events.read(stream, from, count, READ_MAX_BYTES), keep: 0 };
    }
    const found = await events.readBefore(stream, before as Sequence, count, READ_MAX_BYTES);
    const visible = found.filter(({ sequence }) => sequence >= first);
    return { events: visible, keep: visible.length - 1 };
  }

  /**
   * With states, within the bytes of a page: what is furthest from `keep` goes. The head was read before the events, and
   * they before the states: so of a message without a state nothing has become by the head [VIEW-1].
   */
  async #page(user: Asker, { stream, head, events, keep }: Draft): Promise<Page> {
    const { log, messages } = this.#options;
    const targets = events.filter(({ kind }) => kind === EventKind.MESSAGE).map(({ sequence }) => sequence);
    const isRoom = streamOwner(stream)?.kind === 'room';
    const states = isRoom ? await messages.states(stream, targets, user.number) : [];
    const { firstKept } = await log.state(stream);
    const { first } = await this.open(stream, user);
    const byTarget = new Map(states.map((state) => [state.target, state]));
    const kept = within(events, keep, (event) => weigh(event, byTarget.get(event.sequence))).filter(
      ({ sequence }) => sequence >= first && sequence <= head,
    );
    return {
      stream,
      events: kept,
      states: kept.flatMap(({ sequence }) => byTarget.get(sequence) ?? []),
      firstKept: Math.max(first, firstKept) as Sequence,
      head,
    };
  }
}

/** What was read, before what has become of it is known. */
interface Draft {
  stream: StreamId;
  head: Sequence;
  events: readonly StoredEvent[];
  /** Its place among the events. */
  keep: number;
}

/** At least 1, at most PAGE_MAX; 0 means PAGE_MAX. */
const sizeOf = (limit: number): number => (limit === 0 ? PAGE_MAX : Math.min(limit, PAGE_MAX));

function roomOf(stream: number): RoomNumber {
  const owner = streamOwner(stream);
  if (owner?.kind !== 'room') throw new SottoError(ErrorCode.NOT_FOUND, `stream ${stream}`);
  return owner.room;
}
