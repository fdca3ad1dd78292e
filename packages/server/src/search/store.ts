/** What search needs from storage; databases differ in how they index, not in what they find. */
import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import type { StoredEvent } from '../events/store.ts';
import type { Term } from './query.ts';

/** A room that may be searched, from this sequence on. */
export interface Scope {
  stream: StreamId;
  from: Sequence;
}

export interface Wanted {
  /** All of them. */
  terms: readonly Term[];
  /** Rooms in which the asker may see anything. */
  scopes: readonly Scope[];
  /** One of these; empty for anybody. */
  senders: readonly UserNumber[];
  /** At or after, and before; 0 for any time. */
  sinceMs: number;
  untilMs: number;
  hasLink: boolean;
  hasFile: boolean;
  /** Before this position, as a page names it; undefined from the newest. */
  before: number | undefined;
  limit: number;
}

/** Of one message. Positions grow with the time at which messages were sent. */
export interface Hit {
  position: number;
  stream: StreamId;
  sequence: Sequence;
}

export interface Hits {
  /** Newest first; fewer than asked for also where looking further would have taken long. */
  hits: readonly Hit[];
  /** Where to go on; undefined at the end. */
  next: number | undefined;
}

export interface SearchStore {
  /**
   * Indexes up to `limit` committed events that are not indexed yet, fewer where they are long, in one commit of its own;
   * false when none are left. What was erased meanwhile is not indexed.
   */
  index(limit: number): Promise<boolean>;
  /** One step of removing what is left of erased words in the index; false when nothing is [SEARCH-7]. */
  tidy(): Promise<boolean>;
  /** Among what is indexed. One call does a bounded amount of work. */
  find(wanted: Wanted): Promise<Hits>;
  /** Rooms that the user is in, the lobby among them. */
  scopes(user: UserNumber): Promise<readonly Scope[]>;
  /** In the order of `hits`, without those that are no longer there. */
  messages(hits: readonly Hit[]): Promise<readonly StoredEvent[]>;
}
