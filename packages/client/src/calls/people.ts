/** People and their presence, asked of the server. */
import { PAGE_MAX, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, type User } from '@sotto/schema';
import type { Present } from '../connection/present.ts';
import { toDate } from '../describe/values.ts';
import { userReference } from '../references.ts';
import type { People } from '../sync/people.ts';
import type { Person, PersonPresence, Recipient } from '../types.ts';

interface WirePresence {
  user?: User | undefined;
  online: boolean;
  lastSeenMs: number;
}

export function toPresence(
  { user, online, lastSeenMs }: WirePresence,
  people: People,
): PersonPresence | undefined {
  if (user === undefined) return undefined;
  const lastSeen = online || lastSeenMs === 0 ? undefined : toDate(lastSeenMs);
  return { ...people.learn(user), online, lastSeen };
}

/** Those whose presence is of interest beside the caller's own. */
export interface WatchedBeside {
  readonly wanted: readonly UserNumber[];
  /** The server was told so. */
  watching(users: readonly UserNumber[]): void;
  heard(people: readonly PersonPresence[]): void;
}

const NOBODY: WatchedBeside = { wanted: [], watching: () => {}, heard: () => {} };

export class PeopleCalls {
  readonly #present: Present;
  readonly #people: People;
  readonly #beside: WatchedBeside;
  /** Whom the caller watches; told to the server again after each login. */
  #watched: readonly UserNumber[] = [];
  #isWatching = false;

  constructor(present: Present, people: People, beside: WatchedBeside = NOBODY) {
    this.#present = present;
    this.#people = people;
    this.#beside = beside;
  }

  describe(people: readonly WirePresence[]): readonly PersonPresence[] {
    return people.flatMap((person) => toPresence(person, this.#people) ?? []);
  }

  async roster({
    onlineOnly = false,
    limit: wanted = Number.POSITIVE_INFINITY,
  }): Promise<readonly PersonPresence[]> {
    const roster: PersonPresence[] = [];
    for (let after = 0, more = true; more && roster.length < wanted; ) {
      const limit = Math.min(PAGE_MAX, wanted - roster.length);
      const page = await this.#present.ask(({ link }) =>
        link.request('readRoster', { after, limit, onlineOnly }),
      );
      roster.push(...this.describe(page.people));
      const last = page.people.at(-1)?.user?.number ?? after;
      more = page.more && last > after;
      after = last;
    }
    return roster;
  }

  async watch(users: readonly UserNumber[]): Promise<readonly PersonPresence[]> {
    if (users.length > PAGE_MAX) {
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${users.length} people, at most ${PAGE_MAX}`);
    }
    const people = await this.#watch(users);
    this.#watched = [...users];
    const asked = new Set(users);
    return people.filter(({ number }) => asked.has(number));
  }

  /** After a reconnect, and when others are of interest: what is so now, or undefined when nobody is watched. */
  async watchAgain(): Promise<readonly PersonPresence[] | undefined> {
    const isAny = this.#watched.length > 0 || this.#beside.wanted.length > 0 || this.#isWatching;
    return isAny ? this.#watch(this.#watched) : undefined;
  }

  /** The caller's, and beside them as many of those of interest as the server watches for one connection. */
  async #watch(own: readonly UserNumber[]): Promise<readonly PersonPresence[]> {
    const beside = this.#beside.wanted;
    const users = [...new Set([...own, ...beside])].slice(0, PAGE_MAX);
    const { people } = await this.#present.ask(({ link }) => link.request('watchPresence', { users }));
    this.#isWatching = users.length > 0;
    this.#beside.watching(beside);
    const described = this.describe(people);
    this.#beside.heard(described);
    return described;
  }

  async lookUp(users: readonly Recipient[]): Promise<readonly (Person | undefined)[]> {
    const found: (Person | undefined)[] = [];
    for (let start = 0; start < users.length; start += PAGE_MAX) {
      const references = users.slice(start, start + PAGE_MAX).map(userReference);
      const reply = await this.#present.ask(({ link }) => link.request('lookUpUsers', { users: references }));
      for (const index of references.keys()) {
        const user = reply.users[index];
        found.push(user === undefined || user.number === 0 ? undefined : this.#people.learn(user));
      }
    }
    return found;
  }
}
