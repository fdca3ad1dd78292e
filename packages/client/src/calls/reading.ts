/** Reading what was said: pages of a room, threads, pins, revisions, and who reacted. */
import { PAGE_MAX, type Sequence, type StreamId } from '@sotto/model';
import { type FrameMessage, SottoError } from '@sotto/protocol';
import { ErrorCode, type Event } from '@sotto/schema';
import { textOf, toClientEvent } from '../describe/events.ts';
import { toViews, usersOf } from '../describe/messages.ts';
import { toDate } from '../describe/values.ts';
import { toEntry, usersIn } from '../sync/entry.ts';
import type * as sdk from '../types.ts';
import { ask, type CallContext } from './context.ts';

const LIMIT_DEFAULT = 50;

type Page = FrameMessage<'historyPage'>;

export class ReadingCalls {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Ascending. A page of the server may be shorter than asked for, so it is asked until there is enough. */
  async history(name: sdk.RoomName, options: sdk.PageOptions = {}): Promise<readonly sdk.ClientEvent[]> {
    const { viewing, names, people } = this.#context;
    const room = names.joined(name);
    const entries = (await this.#events(names.stream(name), options)).map(toEntry);
    await people.ensure(entries.flatMap(usersIn));
    return entries.flatMap((entry) => toClientEvent(entry, room, viewing) ?? []);
  }

  async messages(name: sdk.RoomName, options: sdk.PageOptions = {}): Promise<sdk.HistoryPage> {
    const stream = this.#context.names.stream(name);
    const page = await this.#page(stream, where(options), options.limit ?? LIMIT_DEFAULT);
    const first = page.events[0]?.sequence as Sequence | undefined;
    const last = page.events.at(-1)?.sequence as Sequence | undefined;
    return {
      messages: await this.#views(name, page),
      first,
      last,
      hasBefore: first !== undefined && first > page.firstKept,
      hasAfter: last !== undefined && last < page.head,
    };
  }

  async thread(
    name: sdk.RoomName,
    root: Sequence,
    { after = 0 as Sequence, limit = LIMIT_DEFAULT }: { after?: Sequence; limit?: number } = {},
  ): Promise<readonly sdk.MessageView[]> {
    const stream = this.#context.names.stream(name);
    return this.#views(name, await ask(this.#context, 'readThread', { stream, root, after, limit }));
  }

  async revisions(name: sdk.RoomName, sequence: Sequence): Promise<readonly sdk.Revision[]> {
    const stream = this.#context.names.stream(name);
    const { events } = await ask(this.#context, 'readRevisions', { stream, sequence });
    return events.map(toEntry).map(({ sequence: own, timeMs, content }) => ({
      sequence: own,
      at: toDate(timeMs),
      text: textOf(content),
    }));
  }

  async pins(name: sdk.RoomName): Promise<readonly sdk.MessageView[]> {
    const stream = this.#context.names.stream(name);
    return this.#views(name, await ask(this.#context, 'readPins', { stream }));
  }

  async reactions(name: sdk.RoomName, sequence: Sequence): Promise<readonly sdk.Reaction[]> {
    const { names, people } = this.#context;
    const { reactions } = await ask(this.#context, 'readReactions', { stream: names.stream(name), sequence });
    await people.ensure(reactions.map(({ user }) => user));
    return reactions.map(({ emoji, user }) => ({ emoji, person: people.named(user) }));
  }

  /** Follows the pages in the direction asked for; around a message there is one. */
  async #events(stream: StreamId, options: sdk.PageOptions): Promise<readonly Event[]> {
    const { after, around, at, limit = LIMIT_DEFAULT } = options;
    if (around !== undefined || at !== undefined)
      return (await this.#page(stream, where(options), limit)).events;
    return after === undefined
      ? this.#backwards(stream, options.before ?? 0, limit)
      : this.#forwards(stream, after, limit);
  }

  async #backwards(stream: StreamId, before: number, limit: number): Promise<readonly Event[]> {
    let events: Event[] = [];
    let end = before;
    while (events.length < limit) {
      const page = await this.#page(stream, { before: end }, limit - events.length);
      events = [...page.events, ...events];
      end = page.events[0]?.sequence ?? 0;
      if (end <= Math.max(1, page.firstKept)) break;
    }
    return events;
  }

  async #forwards(stream: StreamId, after: number, limit: number): Promise<readonly Event[]> {
    const events: Event[] = [];
    let end = after;
    while (events.length < limit) {
      const page = await this.#page(stream, where({ after: end as Sequence }), limit - events.length);
      const last = page.events.at(-1)?.sequence ?? 0;
      if (last <= end) break;
      events.push(...page.events);
      end = last;
    }
    return events;
  }

  #page(stream: StreamId, from: ReturnType<typeof where>, limit: number): Promise<Page> {
    return ask(this.#context, 'readHistory', { stream, ...from, limit: Math.min(PAGE_MAX, limit) });
  }

  async #views(name: sdk.RoomName, page: Page): Promise<readonly sdk.MessageView[]> {
    const { names, people, viewing } = this.#context;
    await people.ensure(usersOf(page.events, page.states));
    return toViews(page, names.joined(name), viewing);
  }
}

/** On the wire 0 is not given: what comes after 0 is what is around the first. */
function where({ before, after, around, at }: sdk.PageOptions) {
  const given = [before, after, around, at].filter((each) => each !== undefined);
  if (given.length > 1)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'one of before, after, around and at');
  if (at !== undefined) return { atMs: Math.max(1, at.getTime()) };
  if (around !== undefined) return { around };
  if (after === undefined) return { before: before ?? 0 };
  return after === 0 ? { around: 1 } : { after };
}
