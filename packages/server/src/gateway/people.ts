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
  readonly #presence: Pick<Presence, 'online' | 'onlineAfter'>;

  constructor(users: Users, presence: Pick<Presence, 'online' | 'onlineAfter'>) {
    this.#users = users;
    this.#presence = presence;
  }

  find(reference: UserReference): Promise<UserRecord | undefined> {
    return this.#users.find(reference);
  }

  findAll(references: readonly UserReference[]): Promise<(UserRecord | undefined)[]> {
    return this.#users.findAll(references);
  }

  /** Unknown numbers are left out. */
  async describe(numbers: readonly UserNumber[]): Promise<PersonFields[]> {
    return (await this.#users.byNumbers(numbers)).map((user) => this.#person(user));
  }

  /** Ascending by number, those above `after`. */
  async roster(after: UserNumber, limit: number): Promise<{ people: PersonFields[]; more: boolean }> {
    const { users, more } = await this.#users.page(after, limit);
    return { people: users.map((user) => this.#person(user)), more };
  }

  /** The same of those who are online. */
  async online(after: UserNumber, limit: number): Promise<{ people: PersonFields[]; more: boolean }> {
    const numbers = this.#presence.onlineAfter(after, limit + 1);
    const people = await this.describe(numbers.slice(0, limit));
    return { people: people.filter(({ online }) => online), more: numbers.length > limit };
  }

  #person(user: UserRecord): PersonFields {
    const online = this.#presence.online(user.number);
    const lastSeenMs = online ? 0 : user.lastSeenMs;
    return { user: describeUser(user), online, lastSeenMs };
  }
}
