/**
 * The last stretch of a room: its events without gaps, and what had become of its messages as of some head each, which with
 * the events behind that head says what they are now [KEPT-2]. Bounded. Pure.
 */
import { isLawful, type RoomKind, toTimelineEvent } from '@sotto/model';
import { decodeMessage } from '@sotto/protocol';
import { type Event, EventKind, type MessageState, MessageStateSchema } from '@sotto/schema';
import type { KeptPage } from '../timeline/loaded.ts';
import type { Stretch } from '../timeline/stretches.ts';

export const PAGE_EVENTS_MAX = 150;
export const PAGE_BYTES_MAX = 48 * 1024;
/** What an event takes beside its content, at most. */
const EVENT_BYTES = 96;
const STATE_BYTES = 64;

export class RoomPage {
  #events: Event[] = [];
  readonly #states = new Map<number, MessageState>();
  #firstKept = 1;
  /** Nothing is missing up to there. */
  #last = 0;

  /** A page that ends in the present. */
  constructor(page: KeptPage) {
    this.#firstKept = page.firstKept;
    this.#events = [...page.events];
    this.#last = Math.max(page.head, page.events.at(-1)?.sequence ?? 0);
    this.#learn(page);
    this.#trim();
  }

  get last(): number {
    return this.#last;
  }

  get firstKept(): number {
    return this.#firstKept;
  }

  /** undefined where it holds nothing. */
  get stretch(): Stretch | undefined {
    const first = this.#events[0]?.sequence;
    return first === undefined ? undefined : { first, last: this.#last };
  }

  /** Users whose names it needs. */
  get users(): readonly number[] {
    const deleters = [...this.#states.values()].map(({ deletedBy }) => deletedBy);
    return [...new Set([...this.#events.map(({ sender }) => sender), ...deleters])].filter(
      (user) => user > 0,
    );
  }

  get events(): readonly Event[] {
    return this.#events;
  }

  /** As the server would give it. */
  get read(): KeptPage {
    const states = [...this.#states.values()];
    return { events: [...this.#events], states, firstKept: this.#firstKept, head: this.#last };
  }

  /** False where something is missing in between. */
  append(event: Event, kind: RoomKind): boolean {
    if (event.sequence <= this.#last) return true;
    if (event.sequence > this.#last + 1) return false;
    this.#last = event.sequence;
    this.#events.push(event);
    if (event.kind === EventKind.MESSAGE)
      this.#states.set(event.sequence, untouched(event.sequence, event.sequence));
    this.#eraseAsOf(event, kind);
    this.#trim();
    return true;
  }

  /** What was read of the time right before it. */
  prepend(page: KeptPage, kind: RoomKind): void {
    const first = this.#events[0]?.sequence ?? 0;
    if (page.events.at(-1)?.sequence !== first - 1) return;
    const known = this.#events;
    this.#events = [...page.events, ...known];
    this.#learn(page);
    // What was read may be of a time before that.
    for (const event of known) if (event.sequence > page.head) this.#eraseAsOf(event, kind);
    this.#trim();
  }

  /** What is before it may not be read any more. */
  keptFrom(sequence: number): void {
    if (sequence <= this.#firstKept) return;
    this.#firstKept = sequence;
    this.#cut(this.#events.findIndex((event) => event.sequence >= sequence));
  }

  /** Those without a state had none as of the page's head, which says as much as one. */
  #learn({ events, states, head }: KeptPage): void {
    for (const { kind, sequence } of events) {
      if (kind === EventKind.MESSAGE) this.#states.set(sequence, untouched(sequence, head));
    }
    for (const state of states) this.#states.set(state.target, state);
  }

  #eraseAsOf(event: Event, kind: RoomKind): void {
    if (event.kind === EventKind.MESSAGE_DELETED && this.#isLawful(event, kind)) this.#erase(event.relatesTo);
  }

  #isLawful(deletion: Event, kind: RoomKind): boolean {
    const target = this.#events.find(({ sequence }) => sequence === deletion.relatesTo);
    return target !== undefined && isLawful(kind, toTimelineEvent(deletion), toTimelineEvent(target));
  }

  /** Nothing that is deleted is kept. */
  #erase(target: number): void {
    this.#events = this.#events.map((event) => (saysOf(event, target) ? erased(event) : event));
    const state = this.#states.get(target);
    // What its thread came to still holds.
    if (state !== undefined) this.#states.set(target, unedited(state));
  }

  #trim(): void {
    let bytes = 0;
    let at = this.#events.length;
    while (at > 0 && this.#events.length - at < PAGE_EVENTS_MAX) {
      bytes += this.#bytesOf(this.#events[at - 1]);
      if (bytes > PAGE_BYTES_MAX) break;
      at -= 1;
    }
    this.#cut(at);
  }

  #bytesOf(event: Event | undefined): number {
    const state = event && this.#states.get(event.sequence);
    const edit = state?.edit?.content.length ?? 0;
    return (event?.content.length ?? 0) + edit + EVENT_BYTES + STATE_BYTES;
  }

  /** `count`: below 0, all of them. */
  #cut(count: number): void {
    if (count === 0) return;
    this.#events = count < 0 ? [] : this.#events.slice(count);
    const first = this.#events[0]?.sequence ?? Number.POSITIVE_INFINITY;
    for (const target of this.#states.keys()) if (target < first) this.#states.delete(target);
  }
}

const EMPTY = decodeMessage(MessageStateSchema, new Uint8Array(0), 'state');
const untouched = (target: number, asOf: number): MessageState => ({ ...EMPTY, target, asOf });

/** The message itself, and what it was changed into. */
const saysOf = ({ sequence, kind, relatesTo }: Event, target: number): boolean =>
  sequence === target || (kind === EventKind.MESSAGE_EDITED && relatesTo === target);

const unedited = (state: MessageState): MessageState =>
  state.edit === undefined ? state : { ...state, edit: { ...state.edit, content: NOTHING } };

const erased = (event: Event): Event => ({ ...event, content: NOTHING });
const NOTHING = new Uint8Array(0);
