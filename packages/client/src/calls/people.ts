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

export class PeopleCalls {
  readonly #present: Present;
  readonly #people: People;
  /** Whom the caller watches; told to the server again after each login. */
  #watched: readonly UserNumber[] = [];

  constructor(present: Present, people: People) {
    this.#present = present;
    this.#people = people;
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
    const { people } = await this.#present.ask(({ link }) =>
      link.request('watchPresence', { users: [...users] }),
    );
    this.#watched = [...users];
    return this.describe(people);
  }

  /** After a reconnect: what has changed meanwhile, or undefined when nobody is watched. */
  async watchAgain(): Promise<readonly PersonPresence[] | undefined> {
    return this.#watched.length === 0 ? undefined : this.watch(this.#watched);
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
