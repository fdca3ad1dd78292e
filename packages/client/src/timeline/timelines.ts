/** The timelines that are open. One that is closed costs nothing. */
import { PAGE_MAX, roomStream, type StreamId } from '@sotto/model';
import type { Present } from '../connection/present.ts';
import type { Viewing } from '../describe/messages.ts';
import type { LogEntry } from '../sync/entry.ts';
import type { People } from '../sync/people.ts';
import type { Rooms } from '../sync/rooms.ts';
import type { Room } from '../types.ts';
import { RoomTimeline } from './timeline.ts';

export interface TimelinesOptions {
  present: Present;
  people: People;
  rooms: Rooms;
  viewing: Viewing;
}

export class Timelines {
  readonly #options: TimelinesOptions;
  readonly #open = new Map<StreamId, Set<RoomTimeline>>();

  constructor(options: TimelinesOptions) {
    this.#options = options;
  }

  open(room: Room): RoomTimeline {
    const { present, people, rooms, viewing } = this.#options;
    const stream = roomStream(room.number);
    const timeline = new RoomTimeline({
      room: () => rooms.get(stream) ?? room,
      viewing,
      head: () => rooms.joined(stream)?.head ?? 0,
      read: (where, limit) =>
        present.ask(({ link }) => link.request('readHistory', { stream, ...where, limit })),
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

  left(stream: StreamId): void {
    for (const timeline of [...(this.#open.get(stream) ?? [])]) timeline.close();
  }

  /** Names, or who is blocked, changed. */
  touch(): void {
    for (const timeline of this.#all()) timeline.touch();
  }

  /** The log is another one. */
  replaced(): void {
    for (const timeline of this.#all()) timeline.reset();
  }

  closeAll(): void {
    for (const timeline of this.#all()) timeline.close();
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
