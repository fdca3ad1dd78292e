/**
 * The messages of a room as they are now [VIEW-1]: a set of events, the newest state of each message, and views that are
 * functions of these two alone. So events and states come in any order, any number of times, and the views are the same.
 */
import type { MessageState } from '@sotto/schema';
import type { TimelineEvent } from './event.ts';
import { type Folded, foldMessage, type Reader } from './fold.ts';
import { SortedEvents } from './sorted-events.ts';
import { type TargetState, toTargetState, untouched } from './state.ts';
import { countReplies } from './threads.ts';
import { type MessageView, toView } from './view.ts';

export class Timeline {
  readonly #reader: Reader;
  readonly #events = new SortedEvents();
  readonly #states = new Map<number, TargetState>();
  /** What is about a message, by its sequence; and of a thread its messages and deletions, by its root's. */
  readonly #about = new Map<number, SortedEvents>();
  readonly #threads = new Map<number, SortedEvents>();
  readonly #views = new Map<number, MessageView>();
  /** By what they are about. */
  readonly #supposed = new Map<number, readonly TimelineEvent[]>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Events that it holds, of every kind. */
  get size(): number {
    return this.#events.size;
  }

  has(sequence: number): boolean {
    return this.#events.get(sequence) !== undefined;
  }

  add(events: TimelineEvent | readonly TimelineEvent[]): void {
    for (const event of Array.isArray(events) ? events : [events]) this.#add(event);
  }

  /** Of a message whose state is there already the newer one holds. */
  addStates(states: readonly MessageState[]): void {
    for (const state of states) this.#setState(toTargetState(state));
  }

  /**
   * A page of history as the server gave it: its messages that have no state among `states` had none by `head`, which says
   * as much as a state, since an older one may be here.
   */
  addPage(page: { events: readonly TimelineEvent[]; states: readonly MessageState[]; head: number }): void {
    this.addStates(page.states);
    const stated = new Set(page.states.map(({ target }) => target));
    for (const { kind, sequence } of page.events) {
      if (kind === 'message' && !stated.has(sequence)) this.#setState(untouched(sequence, page.head));
    }
    this.add(page.events);
  }

  /**
   * Until it is withdrawn, the event counts as the last of those about its message, as far as it is lawful; it is not of
   * the log, and its sequence is to be greater than any there.
   */
  suppose(event: TimelineEvent): void {
    this.#supposed.set(event.relatesTo, [...(this.#supposed.get(event.relatesTo) ?? []), event]);
    this.#changed(event.relatesTo);
  }

  withdraw(event: TimelineEvent): void {
    const rest = this.#supposed.get(event.relatesTo)?.filter((each) => each !== event) ?? [];
    if (rest.length > 0) this.#supposed.set(event.relatesTo, rest);
    else this.#supposed.delete(event.relatesTo);
    this.#changed(event.relatesTo);
  }

  /** undefined where there is no message, or none that was added. The same object until something changes it. */
  view(sequence: number): MessageView | undefined {
    const known = this.#views.get(sequence);
    const message = this.#events.get(sequence);
    if (known !== undefined || message?.kind !== 'message') return known;
    const view = toView(message, this.#fold(message), this.#replies(message));
    this.#views.set(sequence, view);
    return view;
  }

  /** All messages, those of threads among them, ascending. */
  messages(): readonly MessageView[] {
    return this.#viewsOf(this.#events);
  }

  /** The messages of the thread that begins with `root`, ascending, without itself. */
  thread(root: number): readonly MessageView[] {
    return this.#viewsOf(this.#threads.get(root) ?? []).filter(({ thread }) => thread === root);
  }

  /** The newest message first. */
  pinned(): readonly MessageView[] {
    return this.messages()
      .filter(({ pinned }) => pinned)
      .reverse();
  }

  /** What `view` and the tests of servers build on; undefined where there is no message. */
  folded(sequence: number): Folded | undefined {
    const message = this.#events.get(sequence);
    return message?.kind === 'message' ? this.#fold(message) : undefined;
  }

  /** Drops what has a smaller sequence, or everything. Pages may bring it back, with their states. */
  forget(before = Number.POSITIVE_INFINITY): void {
    this.#events.dropBefore(before);
    for (const index of [this.#about, this.#threads]) {
      for (const [key, events] of index) {
        events.dropBefore(before);
        if (events.size === 0) index.delete(key);
      }
    }
    for (const target of this.#states.keys()) if (target < before) this.#states.delete(target);
    this.#views.clear();
  }

  #setState(state: TargetState): void {
    const known = this.#states.get(state.target);
    if (known !== undefined && known.asOf >= state.asOf) return;
    this.#states.set(state.target, state);
    this.#changed(state.target);
  }

  #add(event: TimelineEvent): void {
    const known = this.#events.get(event.sequence);
    // Of two copies the one holds whose content is gone: erasing is for ever.
    if (known !== undefined && (known.content.kind === 'erased' || event.content.kind !== 'erased')) return;
    this.#events.set(event);
    const { kind, sequence, relatesTo, thread } = event;
    if (kind === 'other') return;
    if (kind !== 'message') into(this.#about, relatesTo, event);
    if (kind === 'message' || kind === 'deleted') {
      // A deletion's thread is that of its message; whoever has the message need not be told.
      if (thread !== 0) into(this.#threads, thread, event);
    }
    this.#changed(sequence);
    this.#changed(relatesTo);
    this.#views.delete(thread);
  }

  #changed(sequence: number): void {
    this.#views.delete(sequence);
    const thread = this.#events.get(sequence)?.thread ?? 0;
    if (thread !== 0) this.#views.delete(thread);
  }

  #fold(message: TimelineEvent): Folded {
    const said = this.#about.get(message.sequence)?.all() ?? [];
    const supposed = this.#supposed.get(message.sequence);
    const about = supposed === undefined ? said : [...said, ...supposed];
    return foldMessage(message, this.#states.get(message.sequence), about, this.#reader);
  }

  #replies(root: TimelineEvent) {
    const thread = {
      root,
      state: this.#states.get(root.sequence),
      events: this.#threads.get(root.sequence)?.all() ?? [],
      message: (sequence: number) => this.#events.get(sequence),
      stateOf: (sequence: number) => this.#states.get(sequence),
      isDeleted: (sequence: number) => this.view(sequence)?.body.kind === 'deleted',
    };
    return countReplies(thread, this.#reader);
  }

  #viewsOf(events: Iterable<TimelineEvent>): MessageView[] {
    return [...events].flatMap(({ sequence }) => this.view(sequence) ?? []);
  }
}

function into(index: Map<number, SortedEvents>, key: number, event: TimelineEvent): void {
  const events = index.get(key) ?? new SortedEvents();
  events.set(event);
  index.set(key, events);
}
