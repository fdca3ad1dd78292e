import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { MessageState } from '@sotto/schema';
import fc from 'fast-check';
import { type History, history, hostileHistory, place, USERS } from '../testing/histories.ts';
import { NaiveRoom } from '../testing/naive-room.ts';
import { foldState, type MessageView, Timeline, type TimelineEvent } from './index.ts';

const HISTORIES = 5_000;
// A second or two for each, and other tests may run beside them.
setDefaultTimeout(60_000);
const me = USERS[0];

/** A room at each of its heads, asked as a server is. */
class Server {
  readonly #history: History;

  constructor(of: History) {
    this.#history = of;
  }

  get head(): number {
    return this.#history.events.length;
  }

  roomAt(head: number): NaiveRoom {
    const room = new NaiveRoom(this.#history.kind);
    for (const event of this.#history.events.slice(0, head)) room.apply(event);
    return room;
  }

  /** Events after `after` up to `upTo`, as they were pushed. */
  pushed(after: number, upTo = this.head): readonly TimelineEvent[] {
    return this.#history.events.slice(after, upTo);
  }

  /** The same as a page read when `head` was the head: what was deleted by then is erased. */
  page(after: number, upTo: number, head: number): Delivery {
    const room = this.roomAt(head);
    const isErased = ({ sequence, relatesTo, kind }: TimelineEvent) =>
      room.messages.get(kind === 'message' ? sequence : relatesTo)?.deleted !== undefined;
    const events = this.pushed(after, upTo).map((event) =>
      isErased(event) ? { ...event, content: { kind: 'erased' as const } } : event,
    );
    return { events, states: events.flatMap(({ sequence }) => room.state(sequence, me) ?? []), head };
  }
}

interface Delivery {
  events: readonly TimelineEvent[];
  states: readonly MessageState[];
  /** Of a page. */
  head?: number;
}

const live = (events: readonly TimelineEvent[]): Delivery => ({ events, states: [] });

function deliver(timeline: Timeline, { events, states, head }: Delivery): void {
  if (head !== undefined) timeline.addPage({ events, states, head });
  else timeline.addStates(states);
  // What was looked at meanwhile must not stay.
  timeline.messages();
  timeline.add(events);
}

function timelineOf({ kind }: History, deliveries: readonly Delivery[]): Timeline {
  const timeline = new Timeline({ kind, me });
  for (const delivery of deliveries) {
    deliver(timeline, delivery);
    timeline.messages();
  }
  return timeline;
}

/** What is compared of a view, and what the naive room says that it is. */
const seen = (view: MessageView) => {
  const { sequence, body, edited, pinned, reactions, replies, lastReply, file, fileAnswer } = view;
  return { sequence, body, file, fileAnswer, edited, pinned, reactions, replies, lastReply };
};

function expected(room: NaiveRoom): ReturnType<typeof seen>[] {
  return [...room.messages.values()].map(
    ({ event, text, edit, edits, deleted, pinned, answer, lastReply }) => ({
      sequence: event.sequence,
      body: deleted ? { kind: 'deleted', ...deleted } : { kind: 'text', text: edit?.text ?? text },
      file: event.content.kind === 'file' && !deleted ? event.content.file : undefined,
      fileAnswer: answer,
      edited: edit && { timeMs: edit.timeMs, edits },
      pinned,
      reactions: room.counts(event.sequence, me),
      replies: room.replies(event.sequence),
      lastReply,
    }),
  );
}

const places = fc.array(place, { minLength: 6, maxLength: 6 });
const between = (from: number, to: number, at = 0): number => from + Math.round((to - from) * at);

/** The same deliveries in another order: each goes before those whose weight is greater. */
function shuffled<Item>(items: readonly Item[], weights: readonly number[]): Item[] {
  const weightOf = (index: number) => ((weights[index % weights.length] ?? 0) * (index + 7) * 31) % 1;
  return [...items.entries()].sort(([a], [b]) => weightOf(a) - weightOf(b)).map(([, item]) => item);
}

/** All events before `from`, in pages that were read when the head was at different places after it. */
function olderPages(server: Server, from: number, at: readonly number[]): Delivery[] {
  const pages: Delivery[] = [];
  for (let upTo = from, index = 0; upTo > 0; index++) {
    const after = Math.max(0, upTo - between(1, 12, at[index % at.length]));
    pages.push(server.page(after, upTo, between(from, server.head, at[(index + 3) % at.length])));
    upTo = after;
  }
  return pages;
}

describe('issue 5: views from random event histories', () => {
  test('[VIEW-1] [VIEW-8] M9: are equal on the server, a fresh client, a resumed client and one that was offline: 5,000 histories', () => {
    let [compared, answered] = [0, 0];
    fc.assert(
      fc.property(history, places, (of, at) => {
        const server = new Server(of);
        const { head } = server;
        const truth = expected(server.roomAt(head));
        compared += truth.length;
        answered += truth.filter(({ fileAnswer }) => fileAnswer !== undefined).length;
        const cut = between(0, head, at[0]);
        const start = between(0, cut, at[1]);

        const everything = timelineOf(of, [live(server.pushed(0))]);
        expect(everything.messages().map(seen)).toEqual(truth);

        const opened = [server.page(start, cut, cut), live(server.pushed(cut))];
        const fresh = timelineOf(of, shuffled(opened, at));
        expect(fresh.messages().map(seen)).toEqual(truth.filter(({ sequence }) => sequence > start));
        for (const page of shuffled(olderPages(server, start, at), at)) deliver(fresh, page);
        expect(fresh.messages().map(seen)).toEqual(truth);

        const prefix = live(server.pushed(0, cut));
        const rest = live(server.pushed(start));
        const resumed = timelineOf(of, [prefix, ...shuffled([rest, server.page(0, start, cut)], at)]);
        expect(resumed.messages().map(seen)).toEqual(truth);

        const back = between(cut, head, at[2]);
        const gap = [server.page(cut, back, back), live(server.pushed(back)), ...olderPages(server, cut, at)];
        const offline = timelineOf(of, [live(server.pushed(0, start)), ...shuffled(gap, at)]);
        expect(offline.messages().map(seen)).toEqual(truth);
      }),
      { numRuns: HISTORIES },
    );
    expect(compared).toBeGreaterThan(HISTORIES);
    expect(answered).toBeGreaterThan(HISTORIES / 20);
  });

  test('[VIEW-2] M9: a message found on its own is as it is, from its state and what came after', () => {
    fc.assert(
      fc.property(history, places, fc.func(fc.boolean()), (of, at, isFound) => {
        const server = new Server(of);
        const found = (head: number): Delivery => {
          const { events, states } = server.page(0, head, head);
          const isAmong = (sequence: number) => isFound(sequence);
          const messages = events.filter(({ kind, sequence }) => kind === 'message' && isAmong(sequence));
          return { events: messages, states: states.filter(({ target }) => isAmong(target)), head };
        };
        const second = between(0, server.head, at[0]);
        const deliveries = [found(between(0, second, at[1])), found(second), live(server.pushed(second))];
        const timeline = timelineOf(of, shuffled(deliveries, at));
        const truth = expected(server.roomAt(server.head));
        expect(timeline.messages().map(seen)).toEqual(
          truth.filter(({ sequence }) => sequence > second || isFound(sequence)),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('[VIEW-1] M9: the order in which the same things come changes nothing, nor does looking in between', () => {
    fc.assert(
      fc.property(hostileHistory, places, fc.func(fc.nat({ max: 4 })), (of, at, choose) => {
        const server = new Server(of);
        const deliveries = of.events.flatMap((event): Delivery[] => {
          const { sequence } = event;
          const erased = server.page(sequence - 1, sequence, between(sequence, server.head, at[0]));
          const { states } = server.page(sequence - 1, sequence, between(sequence, server.head, at[1]));
          const chosen = [live([event]), erased, live(erased.events), { events: [], states }, live([])];
          return [chosen[choose(sequence)] ?? live([]), chosen[choose(-sequence)] ?? live([])];
        });
        const one = timelineOf(of, shuffled(deliveries, at));
        const other = timelineOf(of, shuffled(deliveries, at.toReversed()));
        const atOnce = new Timeline({ kind: of.kind, me });
        for (const delivery of deliveries) deliver(atOnce, delivery);
        expect(one.messages()).toEqual(other.messages());
        expect(one.messages()).toEqual(atOnce.messages());
      }),
      { numRuns: 2_000 },
    );
  });

  test('[VIEW-2] M9: a state is what the events up to its head come to', () => {
    fc.assert(
      fc.property(hostileHistory, places, (of, [at]) => {
        const server = new Server(of);
        const asOf = between(0, server.head, at);
        const room = server.roomAt(asOf);
        for (const { sequence } of of.events) {
          const state = foldState(of.events, sequence, asOf, { kind: of.kind, me });
          expect(state).toEqual(room.state(sequence, me));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('[VIEW-3] M9: what a server should not have taken changes nothing for whoever has it all', () => {
    fc.assert(
      fc.property(hostileHistory, places, (of, at) => {
        const server = new Server(of);
        const deliveries = shuffled(
          of.events.map((event) => live([event])),
          at,
        );
        const timeline = timelineOf(of, deliveries);
        expect(timeline.messages().map(seen)).toEqual(expected(server.roomAt(server.head)));
      }),
      { numRuns: 500 },
    );
  });
});
