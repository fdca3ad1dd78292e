/** Searching the messages of the rooms that one is in (M9). */
import { type Sequence, type StreamId, streamOwner, type UserNumber } from '@sotto/model';
import type { UserRecord } from '../accounts/store.ts';
import type { StoredEvent } from '../events/store.ts';
import { firstThatFit } from '../fitting.ts';
import { weigh } from '../messages/page.ts';
import type { MessageStateRecord, MessageStore } from '../messages/store.ts';
import { firstVisible, type RoomDirectory, standing } from '../rooms/directory.ts';
import type { Indexer } from './indexer.ts';
import type { SearchRequest } from './request.ts';
import type { Hit, Hits, Scope, SearchStore } from './store.ts';

/** One search looks at no more stretches of the index than this; a page that is not full by then says where to go on. */
const FINDS_MAX = 20;

export interface SearchOptions {
  store: SearchStore;
  messages: Pick<MessageStore, 'states'>;
  directory: RoomDirectory;
  indexer: Indexer;
}

export interface FoundPage {
  events: readonly StoredEvent[];
  states: readonly { stream: StreamId; state: MessageStateRecord }[];
  /** Where the next page begins; undefined at the end. */
  next: number | undefined;
}

export class Search {
  readonly #options: SearchOptions;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  /** Only what the user may read when the page is answered. The caller has checked the rooms that are named. */
  async find(user: UserRecord, request: SearchRequest): Promise<FoundPage> {
    const { store, indexer } = this.#options;
    await indexer.upToDate();
    const scopes = await this.#scopes(user.number, request.streams);
    const { hits, next } = await this.#hits(scopes, request);
    const found = await store.messages(hits);
    const states = await this.#states(user.number, found);
    const stateOf = new Map(states.map((of) => [keyOf({ ...of, sequence: of.state.target }), of]));
    const page = firstThatFit(found, (event) => weigh(event, stateOf.get(keyOf(event))?.state));
    // Nothing is waited for from here on: whoever was removed meanwhile sees nothing.
    const events = page.filter((event) => this.#mayRead(user, event));
    return {
      events,
      states: events.flatMap((event) => stateOf.get(keyOf(event)) ?? []),
      next: page.length < found.length ? positionOf(page.at(-1), hits) : next,
    };
  }

  async #scopes(user: UserNumber, wanted: ReadonlySet<StreamId>): Promise<readonly Scope[]> {
    const scopes = await this.#options.store.scopes(user);
    return wanted.size === 0 ? scopes : scopes.filter(({ stream }) => wanted.has(stream));
  }

  /** One more than asked for tells whether there is another page. */
  async #hits(scopes: readonly Scope[], request: SearchRequest): Promise<Hits> {
    const { limit, before, terms, senders, sinceMs, untilMs, hasLink, hasFile } = request;
    const filters = { terms, scopes, senders, sinceMs, untilMs, hasLink, hasFile };
    const hits: Hit[] = [];
    let next = before;
    for (let round = 0; round < FINDS_MAX && hits.length <= limit; round++) {
      const found = await this.#options.store.find({
        ...filters,
        before: next,
        limit: limit + 1 - hits.length,
      });
      hits.push(...found.hits);
      next = found.next;
      if (next === undefined) break;
    }
    if (hits.length <= limit) return { hits, next };
    const page = hits.slice(0, limit);
    return { hits: page, next: page.at(-1)?.position };
  }

  async #states(user: UserNumber, events: readonly StoredEvent[]): Promise<FoundPage['states']> {
    const streams = Map.groupBy(events, ({ stream }) => stream);
    const states = await Promise.all(
      [...streams].map(async ([stream, group]) => {
        const targets = group.map(({ sequence }) => sequence);
        const known = await this.#options.messages.states(stream, targets, user);
        return known.map((state) => ({ stream, state }));
      }),
    );
    return states.flat();
  }

  /** A room that is not in memory is not being changed either. */
  #mayRead(user: UserRecord, { stream, sequence, content }: StoredEvent): boolean {
    const owner = streamOwner(stream);
    if (content.length === 0 || owner?.kind !== 'room') return false;
    const room = this.#options.directory.cached(owner.room);
    return room === undefined || (standing(room, user) !== 'none' && sequence >= firstVisible(room, user));
  }
}

const keyOf = ({ stream, sequence }: { stream: StreamId; sequence: Sequence }) => `${stream} ${sequence}`;

const positionOf = (event: StoredEvent | undefined, hits: readonly Hit[]): number | undefined =>
  event && hits.find((hit) => keyOf(hit) === keyOf(event))?.position;
