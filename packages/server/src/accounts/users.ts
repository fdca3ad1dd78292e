/** Finding people, and when they were last seen. */
import { PAGE_MAX, readName, type UserNumber, type UserUuid } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { UserReference } from '@sotto/schema';
import { asUuid } from './checks.ts';
import type { AccountRecord, AccountStore, UserRecord, WantedAccounts } from './store.ts';

/** A crash loses at most this much of "last seen". */
export const LAST_SEEN_WRITE_MS = 10_000;

export interface UserOptions {
  store: AccountStore;
  clock: Clock;
  /** Told of failures that no request waits for. */
  onFailure: (failure: unknown) => void;
}

export class Users {
  readonly #options: UserOptions;
  /** Not yet written. */
  #seen = new Map<UserNumber, number>();
  /** Deleted since the start: nobody remembers when they were here. */
  readonly #gone = new Set<UserNumber>();
  #stopTimer: (() => void) | undefined;

  constructor(options: UserOptions) {
    this.#options = options;
  }

  /** Undefined for what nobody is called, and for what cannot be anybody. */
  async find(reference: Reference): Promise<UserRecord | undefined> {
    const [user] = await this.findAll([reference]);
    return user;
  }

  /** As `find`, for each in order, in at most three reads. */
  async findAll(references: readonly Reference[]): Promise<(UserRecord | undefined)[]> {
    const { store } = this.#options;
    const keys = references.map(keyOf);
    const wanted = <Kind extends Key['kind']>(kind: Kind) =>
      [...new Set(keys.map((key) => (key?.kind === kind ? key.value : undefined)))].filter(
        (value) => value !== undefined,
      ) as Extract<Key, { kind: Kind }>['value'][];
    const [numbers, uuids, names] = await Promise.all([
      read(wanted('number'), store.usersByNumbers, ({ number }) => number),
      read(wanted('uuid'), store.usersByUuids, ({ uuid }) => uuid),
      read(wanted('name'), store.usersByNameKeys, ({ name }) => nameKeyOf(name)),
    ]);
    const found = { number: numbers, uuid: uuids, name: names };
    return keys.map((key) => key && this.#fresh(found[key.kind].get(key.value)));
  }

  /** Those that exist, in the order given. */
  async byNumbers(users: readonly UserNumber[]): Promise<UserRecord[]> {
    const found = await this.findAll(users.map((value) => ({ reference: { case: 'number', value } })));
    return found.filter((user) => user !== undefined);
  }

  async byNumber(user: UserNumber): Promise<UserRecord | undefined> {
    return this.#fresh(await this.#options.store.userByNumber(user));
  }

  byName(name: string): Promise<UserRecord | undefined> {
    return this.find({ reference: { case: 'name', value: name } });
  }

  /** Ascending by number, those above `after`; at most PAGE_MAX. */
  async page(after: UserNumber, limit: number): Promise<{ users: readonly UserRecord[]; more: boolean }> {
    const size = Math.max(1, Math.min(limit, PAGE_MAX));
    const found = await this.#options.store.users(after, size + 1);
    const users = found.slice(0, size).map((user) => this.#withSeen(user));
    return { users, more: found.length > size };
  }

  /** As administrators see them; ascending by number, one more than `limit` where there is one. */
  async accounts({ limit, ...wanted }: WantedAccounts): Promise<readonly AccountRecord[]> {
    const found = await this.#options.store.accounts({ ...wanted, limit: Math.min(limit, PAGE_MAX) + 1 });
    return found.map((account) => this.#withSeen(account));
  }

  async account(user: UserNumber): Promise<AccountRecord | undefined> {
    const found = await this.#options.store.account(user);
    return found && this.#withSeen(found);
  }

  /** Cheap; many calls become one write. */
  seen(user: UserNumber): void {
    if (this.#gone.has(user)) return;
    this.#seen.set(user, this.#options.clock.now());
    this.#stopTimer ??= this.#options.clock.after(LAST_SEEN_WRITE_MS, () => {
      this.#stopTimer = undefined;
      this.flush().catch(this.#options.onFailure);
    });
  }

  /** The account was deleted. */
  forget(user: UserNumber): void {
    this.#gone.add(user);
    this.#seen.delete(user);
  }

  /** Writes what is not yet written; what could not be written is kept for the next time. */
  async flush(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const writing = this.#seen;
    if (writing.size === 0) return;
    this.#seen = new Map();
    try {
      await this.#options.store.saveLastSeen([...writing].map(([user, atMs]) => ({ user, atMs })));
    } catch (failure) {
      this.#seen = new Map([...writing, ...this.#seen]);
      throw failure;
    }
  }

  #fresh(user: UserRecord | undefined): UserRecord | undefined {
    return user && this.#withSeen(user);
  }

  #withSeen<User extends UserRecord>(user: User): User {
    return { ...user, lastSeenMs: Math.max(user.lastSeenMs, this.#seen.get(user.number) ?? 0) };
  }
}

type Reference = Pick<UserReference, 'reference'>;
type Key =
  | { kind: 'number'; value: UserNumber }
  | { kind: 'uuid'; value: UserUuid }
  | { kind: 'name'; value: string };

function keyOf({ reference: by }: Reference): Key | undefined {
  switch (by.case) {
    case 'number':
      return { kind: 'number', value: by.value as UserNumber };
    case 'uuid': {
      const value = asUuid(by.value);
      return value && { kind: 'uuid', value };
    }
    case 'name': {
      const value = nameKeyOf(by.value);
      return value === undefined ? undefined : { kind: 'name', value };
    }
    case undefined:
      return undefined;
  }
}

function nameKeyOf(name: string): string | undefined {
  const reading = readName(name);
  return reading.kind === 'valid' ? reading.key : undefined;
}

async function read<Value>(
  values: readonly Value[],
  from: (values: readonly Value[]) => Promise<readonly UserRecord[]>,
  keyIn: (user: UserRecord) => unknown,
): Promise<ReadonlyMap<unknown, UserRecord>> {
  if (values.length === 0) return new Map();
  return new Map((await from(values)).map((user) => [keyIn(user), user]));
}
