/** Who has blocked whom [BLOCK-1], in memory for those who were asked about lately. */
import type { UserNumber } from '@sotto/model';
import type { AccountStore } from './store.ts';

/** Accounts whose blocks are remembered; the one asked about longest ago goes first. */
const ACCOUNTS_MAX = 10_000;
const PREFIX = 'block:';
const PAGE = 500;

export class Blocks {
  readonly #store: Pick<AccountStore, 'settings'>;
  readonly #known = new Map<UserNumber, Promise<Set<UserNumber>>>();

  constructor(store: Pick<AccountStore, 'settings'>) {
    this.#store = store;
  }

  /** Whether `by` has blocked `user`. */
  async blocks(user: UserNumber, by: UserNumber): Promise<boolean> {
    return user !== by && (await this.#blockedBy(by)).has(user);
  }

  /** After the commit of a setting. */
  changed(by: UserNumber, user: UserNumber, blocked: boolean): void {
    this.#known
      .get(by)
      ?.then((set) => (blocked ? set.add(user) : set.delete(user)))
      .catch(() => {});
  }

  #blockedBy(by: UserNumber): Promise<Set<UserNumber>> {
    const known = this.#known.get(by);
    const blocked = known ?? this.#load(by);
    this.#known.delete(by);
    this.#known.set(by, blocked);
    if (known === undefined) {
      blocked.catch(() => this.#known.delete(by));
      const [oldest] = this.#known.keys();
      if (this.#known.size > ACCOUNTS_MAX && oldest !== undefined) this.#known.delete(oldest);
    }
    return blocked;
  }

  async #load(by: UserNumber): Promise<Set<UserNumber>> {
    const blocked = new Set<UserNumber>();
    for (let after = PREFIX; ; ) {
      const { settings } = await this.#store.settings(by, after, PAGE);
      const own = settings.filter(({ key }) => key.startsWith(PREFIX));
      for (const { key } of own) blocked.add(Number(key.slice(PREFIX.length)) as UserNumber);
      if (own.length < PAGE) return blocked;
      after = own.at(-1)?.key ?? after;
    }
  }
}
