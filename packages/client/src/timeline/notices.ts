/** What happened in a room beside its messages: who came and went, what was changed, done to somebody, or pinned. */
import type { Sequence } from '@sotto/model';
import { type Event, EventKind } from '@sotto/schema';
import { toClientEvent } from '../describe/events.ts';
import type { Viewing } from '../describe/messages.ts';
import { toDate } from '../describe/values.ts';
import { toEntry, usersIn } from '../sync/entry.ts';
import type { NoticeEvent, Room, TimelineNotice } from '../types.ts';
import type { Stretch } from './stretches.ts';

const KINDS: ReadonlySet<EventKind> = new Set([
  EventKind.ROOM_CREATED,
  EventKind.MEMBER_JOINED,
  EventKind.MEMBER_LEFT,
  EventKind.MESSAGE_PINNED,
  EventKind.ROOM_CHANGED,
  EventKind.MEMBER_ROLE_CHANGED,
  EventKind.MEMBER_KICKED,
  EventKind.MEMBER_BANNED,
  EventKind.MEMBER_UNBANNED,
  EventKind.MEMBER_MUTED,
  EventKind.MEMBER_UNMUTED,
]);
const NONE: readonly TimelineNotice[] = [];

/** Users whose names are needed to tell of these events. */
export const usersOfNotices = (events: readonly Event[]): number[] =>
  events.filter(({ kind }) => KINDS.has(kind)).flatMap((event) => usersIn(toEntry(event)));

export class Notices {
  readonly #room: () => Room;
  readonly #viewing: Viewing;
  readonly #events = new Map<number, Event>();
  /** As they were last described. */
  readonly #told = new Map<number, TimelineNotice | undefined>();
  #list: readonly TimelineNotice[] | undefined;

  constructor(room: () => Room, viewing: Viewing) {
    this.#room = room;
    this.#viewing = viewing;
  }

  add(events: readonly Event[]): void {
    for (const event of events) {
      if (!KINDS.has(event.kind) || this.#events.has(event.sequence)) continue;
      this.#events.set(event.sequence, event);
      this.#list = undefined;
    }
  }

  /** Ascending; the same array and the same objects until something of them changes. */
  within(stretch: Stretch | undefined): readonly TimelineNotice[] {
    if (stretch === undefined || this.#events.size === 0) return NONE;
    this.#list ??= this.#describe();
    const isAll = this.#list.every(({ sequence }) => isIn(stretch, sequence));
    return isAll ? this.#list : this.#list.filter(({ sequence }) => isIn(stretch, sequence));
  }

  /** Names changed: of one person, or of anybody. */
  touch(user?: number): void {
    for (const [sequence, event] of this.#events) {
      if (user === undefined || usersIn(toEntry(event)).includes(user)) this.#told.delete(sequence);
    }
    this.#list = undefined;
  }

  forgetBefore(sequence: number): void {
    for (const known of this.#events.keys()) {
      if (known >= sequence) continue;
      this.#events.delete(known);
      this.#told.delete(known);
    }
    this.#list = undefined;
  }

  #describe(): readonly TimelineNotice[] {
    const ascending = [...this.#events.keys()].sort((one, other) => one - other);
    return ascending.flatMap((sequence) => this.#tell(sequence) ?? []);
  }

  #tell(sequence: number): TimelineNotice | undefined {
    const wire = this.#events.get(sequence);
    if (wire === undefined || this.#told.has(sequence)) return this.#told.get(sequence);
    const event = toClientEvent(toEntry(wire), this.#room(), this.#viewing);
    const told = isNotice(event)
      ? {
          sequence: wire.sequence as Sequence,
          at: toDate(wire.timeMs),
          by: this.#viewing.named(wire.sender),
          event,
        }
      : undefined;
    this.#told.set(sequence, told);
    return told;
  }
}

/** Their kinds were looked at as they came. */
const isNotice = (event: unknown): event is NoticeEvent => event !== undefined;
const isIn = ({ first, last }: Stretch, sequence: number): boolean => first <= sequence && sequence <= last;
