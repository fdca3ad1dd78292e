/** People as clients see them: the account, whether it is online, when it was last seen. Never an address (M8). */
import type { UserNumber } from '@sotto/model';
import type { UserReference } from '@sotto/schema';
import type { ProfileRecord } from '../accounts/profile-store.ts';
import type { Profiles } from '../accounts/profiles.ts';
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
  /** Without `about`; absent where there is nothing in it. */
  profile?: Omit<ProfileRecord, 'about'>;
}

/** What the profiles of one answer may take; people beyond go without. */
const PROFILES_MAX_BYTES = 32 * 1024;

export class People {
  readonly #users: Users;
  readonly #presence: Pick<Presence, 'online' | 'onlineAfter'>;
  readonly #profiles: Pick<Profiles, 'of'>;

  constructor(
    users: Users,
    presence: Pick<Presence, 'online' | 'onlineAfter'>,
    profiles: Pick<Profiles, 'of'>,
  ) {
    this.#users = users;
    this.#presence = presence;
    this.#profiles = profiles;
  }

  /** To do something with or to them: none that are deleted. */
  async find(reference: UserReference): Promise<UserRecord | undefined> {
    const user = await this.#users.find(reference);
    return user !== undefined && user.deletedMs > 0 ? undefined : user;
  }

  /** To show them: deleted ones as well, under what stands for their names. */
  findAll(references: readonly UserReference[]): Promise<(UserRecord | undefined)[]> {
    return this.#users.findAll(references);
  }

  /** Unknown numbers are left out. */
  async describe(numbers: readonly UserNumber[]): Promise<PersonFields[]> {
    return this.#persons(await this.#users.byNumbers(numbers));
  }

  /** Ascending by number, those above `after`. */
  async roster(after: UserNumber, limit: number): Promise<{ people: PersonFields[]; more: boolean }> {
    const { users, more } = await this.#users.page(after, limit);
    return { people: await this.#persons(users), more };
  }

  /** The same of those who are online. */
  async online(after: UserNumber, limit: number): Promise<{ people: PersonFields[]; more: boolean }> {
    const numbers = this.#presence.onlineAfter(after, limit + 1);
    const people = await this.describe(numbers.slice(0, limit));
    return { people: people.filter(({ online }) => online), more: numbers.length > limit };
  }

  async #persons(users: readonly UserRecord[]): Promise<PersonFields[]> {
    const profiles = await this.#profiles.of(users.map(({ number }) => number));
    let bytes = 0;
    return users.map((user) => {
      const known = profiles.get(user.number);
      if (known === undefined) return this.#person(user);
      const { about: _, ...profile } = known;
      bytes += Buffer.byteLength(JSON.stringify(profile));
      return bytes > PROFILES_MAX_BYTES ? this.#person(user) : { ...this.#person(user), profile };
    });
  }

  #person(user: UserRecord): PersonFields {
    const online = this.#presence.online(user.number);
    const lastSeenMs = online ? 0 : user.lastSeenMs;
    return { user: describeUser(user), online, lastSeenMs };
  }
}
