/** The timelines that are open. One that is closed costs nothing. */
import { PAGE_MAX, roomStream, type StreamId, standingOf } from '@sotto/model';
import type { Clock, FrameMessage } from '@sotto/protocol';
import type { Present } from '../connection/present.ts';
import type { Viewing } from '../describe/messages.ts';
import type { LogEntry } from '../sync/entry.ts';
import type { People } from '../sync/people.ts';
import type { Rooms } from '../sync/rooms.ts';
import type { OutgoingMessage, Room, Sent } from '../types.ts';
import type { KeptPage } from './loaded.ts';
import type { PendingOptions } from './pending.ts';
import { type Supposition, suppose } from './suppositions.ts';
import { RoomTimeline, type Where } from './timeline.ts';

export interface TimelinesOptions {
  present: Present;
  people: People;
  rooms: Rooms;
  viewing: Viewing;
  clock: Clock;
  outbox: PendingOptions['outbox'];
  kept: {
    page(stream: StreamId): KeptPage | undefined;
    readLatest(stream: StreamId, page: KeptPage): void;
    readBefore(stream: StreamId, page: KeptPage): void;
  };
}

/** What becomes of a change that counts already. */
export interface Shown {
  /** Its place in the log; that of its message where nothing had to change. */
  confirmed(sequence: number): void;
  refused(): void;
}

export class Timelines {
  readonly #options: TimelinesOptions;
  readonly #open = new Map<StreamId, Set<RoomTimeline>>();

  constructor(options: TimelinesOptions) {
    this.#options = options;
  }

  open(room: Room): RoomTimeline {
    const { present, people, rooms, viewing, outbox, kept } = this.#options;
    const stream = roomStream(room.number);
    const timeline = new RoomTimeline({
      room: () => rooms.get(stream) ?? room,
      viewing,
      outbox,
      head: () => rooms.joined(stream)?.head ?? 0,
      read: (where, limit) => this.#read(stream, where, limit),
      kept: () => kept.page(stream),
      readThread: (root, after) =>
        present.ask(({ link }) => link.request('readThread', { stream, root, after, limit: PAGE_MAX })),
      readPins: () => present.ask(({ link }) => link.request('readPins', { stream })),
      ensure: (users) => people.ensure(users),
      onClose: (closed) => this.#closed(stream, closed),
    });
    const others = this.#open.get(stream) ?? new Set();
    this.#open.set(stream, others.add(timeline));
    return timeline;
  }

  happened({ stream, wire }: LogEntry): void {
    for (const timeline of this.#open.get(stream) ?? []) timeline.happened(wire);
  }

  /** What waits to be sent changed. */
  sending(): void {
    for (const timeline of this.#all()) timeline.sending();
  }

  /** The server has the message, in these places. */
  accepted(message: OutgoingMessage, copies: readonly Sent[]): void {
    for (const sent of copies) {
      for (const timeline of this.#open.get(roomStream(sent.room)) ?? []) timeline.taken(message, sent);
    }
  }

  /** Shows a change of a message that the server is about to be asked for. */
  suppose(room: Room, change: Parameters<typeof suppose>[0]): Shown {
    const stream = roomStream(room.number);
    const supposition = this.#supposition(stream, change);
    if (supposition === undefined) return NOT_SHOWN;
    const shown = [...(this.#open.get(stream) ?? [])];
    for (const timeline of shown) timeline.suppose(supposition);
    return {
      confirmed: (sequence) => {
        supposition.sequence = sequence;
        for (const timeline of shown) timeline.confirmed(supposition);
      },
      refused: () => {
        for (const timeline of shown) timeline.withdraw(supposition);
      },
    };
  }

  async #read(stream: StreamId, where: Where, limit: number): Promise<FrameMessage<'historyPage'>> {
    const { present, rooms, kept } = this.#options;
    const page = await present.ask(({ link }) => link.request('readHistory', { stream, ...where, limit }));
    // One may be out of it by now.
    if (!rooms.has(stream)) return page;
    if ('before' in where && where.before === 0) kept.readLatest(stream, page);
    else if ('before' in where) kept.readBefore(stream, page);
    return page;
  }

  #supposition(stream: StreamId, change: Parameters<typeof suppose>[0]): Supposition | undefined {
    const { rooms, people, viewing, clock } = this.#options;
    const room = rooms.joined(stream);
    const sender = viewing.me?.number;
    if (room === undefined || sender === undefined) return undefined;
    const role = standingOf(room.kind, room.role, people.named(sender));
    return suppose(change, { sender, role, timeMs: clock.now() });
  }

  left(stream: StreamId): void {
    for (const timeline of [...(this.#open.get(stream) ?? [])]) timeline.end(true);
  }

  /** Names, or who is blocked, changed: of one person, or of anybody. */
  touch(user?: number): void {
    for (const timeline of this.#all()) timeline.touch(user);
  }

  /** The log is another one. */
  replaced(): void {
    for (const timeline of this.#all()) timeline.reset();
  }

  closeAll(): void {
    for (const timeline of this.#all()) timeline.end(true);
  }

  #all(): readonly RoomTimeline[] {
    return [...this.#open.values()].flatMap((timelines) => [...timelines]);
  }

  #closed(stream: StreamId, timeline: RoomTimeline): void {
    const open = this.#open.get(stream);
    open?.delete(timeline);
    if (open?.size === 0) this.#open.delete(stream);
  }
}

const NOT_SHOWN: Shown = { confirmed: () => {}, refused: () => {} };
