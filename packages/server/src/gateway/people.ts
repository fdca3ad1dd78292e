/** People as clients see them: the account, whether it is online, when it was last seen. Never an address (M8). */
import type { UserNumber } from '@sotto/model';
import type { UserReference } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import { describeUser } from '../rooms/describe.ts';
import type { Presence } from '../rooms/presence.ts';
import type { UserDirectory } from '../rooms/users.ts';

export interface Users extends UserDirectory {
  /** Ascending by number, those above `after`. */
  page(after: UserNumber, limit: number): Promise<{ users: readonly UserRecord[]; more: boolean }>;
}

export interface PersonFields {
  user: ReturnType<typeof describeUser>;
  online: boolean;
  lastSeenMs: number;
}

export class People {
  readonly #users: Users;
  readonly #presence: Presence;

  constructor(users: Users, presence: Presence) {
    this.#users = users;
    this.#presence = presence;
  }

  find(reference: UserReference): Promise<UserRecord | undefined> {
    return this.#users.find(reference);
  }

  /** Unknown numbers are left out. */
  async describe(numbers: readonly UserNumber[]): Promise<PersonFields[]> {
    const users = await Promise.all(numbers.map((number) => this.#users.byNumber(number)));
    return users.filter((user) => user !== undefined).map((user) => this.#person(user));
  }

  /** Ascending by number, those above `after`. A page of those online is filled from as many users as it takes. */
  async roster(
    after: UserNumber,
    limit: number,
    onlineOnly: boolean,
  ): Promise<{ people: PersonFields[]; more: boolean }> {
    const people: PersonFields[] = [];
    for (let last = after; ; ) {
      const { users, more } = await this.#users.page(last, limit);
      people.push(...users.map((user) => this.#person(user)).filter(({ online }) => online || !onlineOnly));
      last = users.at(-1)?.number ?? last;
      if (!more || people.length >= limit)
        return { people: people.slice(0, limit), more: more || people.length > limit };
    }
  }

  #person(user: UserRecord): PersonFields {
    const online = this.#presence.online(user.number);
    const lastSeenMs = online ? 0 : user.lastSeenMs;
    return { user: describeUser(user), online, lastSeenMs };
  }
}
