/** Finding people, and when they were last seen. */
import { PAGE_MAX, readName, type UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { UserReference } from '@sotto/schema';
import { asUuid } from './checks.ts';
import type { AccountStore, UserRecord } from './store.ts';

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
  #stopTimer: (() => void) | undefined;

  constructor(options: UserOptions) {
    this.#options = options;
  }

  /** Undefined for what nobody is called, and for what cannot be anybody. */
  async find(reference: Pick<UserReference, 'reference'>): Promise<UserRecord | undefined> {
    const { reference: by } = reference;
    switch (by.case) {
      case 'number':
        return this.byNumber(by.value as UserNumber);
      case 'uuid': {
        const uuid = asUuid(by.value);
        return uuid && this.#fresh(await this.#options.store.userByUuid(uuid));
      }
      case 'name':
        return this.byName(by.value);
      case undefined:
        return undefined;
    }
  }

  async byNumber(user: UserNumber): Promise<UserRecord | undefined> {
    return this.#fresh(await this.#options.store.userByNumber(user));
  }

  async byName(name: string): Promise<UserRecord | undefined> {
    const reading = readName(name);
    if (reading.kind === 'invalid') return undefined;
    return this.#fresh(await this.#options.store.userByNameKey(reading.key));
  }

  /** Ascending by number, those above `after`; at most PAGE_MAX. */
  async page(after: UserNumber, limit: number): Promise<{ users: readonly UserRecord[]; more: boolean }> {
    const size = Math.max(1, Math.min(limit, PAGE_MAX));
    const found = await this.#options.store.users(after, size + 1);
    const users = found.slice(0, size).map((user) => this.#withSeen(user));
    return { users, more: found.length > size };
  }

  /** Cheap; many calls become one write. */
  seen(user: UserNumber): void {
    this.#seen.set(user, this.#options.clock.now());
    this.#stopTimer ??= this.#options.clock.after(LAST_SEEN_WRITE_MS, () => {
      this.#stopTimer = undefined;
      this.flush().catch(this.#options.onFailure);
    });
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

  #withSeen(user: UserRecord): UserRecord {
    return { ...user, lastSeenMs: Math.max(user.lastSeenMs, this.#seen.get(user.number) ?? 0) };
  }
}
