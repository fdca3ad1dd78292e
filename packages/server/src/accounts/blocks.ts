/** Who has blocked whom [BLOCK-1], in memory for those who were asked about lately. */
import type { UserNumber } from '@sotto/model';
import type { AccountStore } from './store.ts';

/** Accounts whose blocks are remembered, and how many blocks in all; the account asked about longest ago goes first. */
const ACCOUNTS_MAX = 10_000;
const BLOCKS_MAX = 500_000;
const PREFIX = 'block:';
const PAGE = 500;

interface Known {
  loaded: Promise<Set<UserNumber>>;
  /** 0 until it is loaded. */
  size: number;
}

export class Blocks {
  readonly #store: Pick<AccountStore, 'settings'>;
  readonly #known = new Map<UserNumber, Known>();
  #size = 0;

  constructor(store: Pick<AccountStore, 'settings'>) {
    this.#store = store;
  }

  /** Whether `by` has blocked `user`. */
  async blocks(user: UserNumber, by: UserNumber): Promise<boolean> {
    return user !== by && (await this.#blockedBy(by)).has(user);
  }

  /** After the commit of a setting. */
  changed(by: UserNumber, user: UserNumber, blocked: boolean): void {
    const known = this.#known.get(by);
    known?.loaded
      .then((set) => {
        if (blocked) set.add(user);
        else set.delete(user);
        this.#resize(by, known, set.size);
      })
      .catch(() => {});
  }

  #blockedBy(by: UserNumber): Promise<Set<UserNumber>> {
    const known = this.#known.get(by) ?? this.#begin(by);
    this.#known.delete(by);
    this.#known.set(by, known);
    return known.loaded;
  }

  #begin(by: UserNumber): Known {
    const known: Known = { loaded: this.#load(by), size: 0 };
    known.loaded.then(
      (set) => this.#resize(by, known, set.size),
      () => this.#drop(by, known),
    );
    return known;
  }

  #resize(by: UserNumber, known: Known, size: number): void {
    if (this.#known.get(by) !== known) return;
    this.#size += size - known.size;
    known.size = size;
    for (const [oldest, other] of this.#known) {
      if (this.#size <= BLOCKS_MAX && this.#known.size <= ACCOUNTS_MAX) return;
      this.#drop(oldest, other);
    }
  }

  #drop(by: UserNumber, known: Known): void {
    if (this.#known.get(by) !== known) return;
    this.#known.delete(by);
    this.#size -= known.size;
  }

  async #load(by: UserNumber): Promise<Set<UserNumber>> {
    const blocked = new Set<UserNumber>();
    for (let after = PREFIX; ; ) {
      const { settings } = await this.#store.settings(by, after, PAGE);
      const own = settings.filter(({ key }) => key.startsWith(PREFIX));
      for (const { key } of own) blocked.add(Number(key.slice(PREFIX.length)) as UserNumber);
      const last = own.at(-1);
      if (last === undefined || own.length < PAGE) return blocked;
      after = last.key;
    }
  }
}
