/** Tells when accounts change that live connections speak for [SUSPEND-3]: here, or in another process (`sotto admin`). */
import type { Clock } from '@sotto/protocol';
import { repeat } from './repeat.ts';
import type { AccountStore, UserRecord } from './store.ts';

/** Changes by another process are noticed at the next poll: within 2 s. */
export const CHANGES_POLL_MS = 1_000;
/** Each poll looks back this far, over the other process's commit delay and a clock that differs a little. */
export const CHANGES_OVERLAP_MS = 10_000;

/** May be told of a user more than once; `news` are those of whom it was not told before. */
export type UserListener = (changed: readonly UserRecord[], news: readonly UserRecord[]) => void;

export interface UserChangesOptions {
  store: Pick<AccountStore, 'usersChangedSince' | 'usersByNumbers'>;
  clock: Clock;
  /** Told of failures that no request waits for. */
  onFailure: (failure: unknown) => void;
}

export class UserChanges {
  readonly #options: UserChangesOptions;
  readonly #listeners = new Set<UserListener>();
  /** Of whom the last poll told, as they were. */
  #told: ReadonlyMap<UserRecord['number'], string> = new Map();
  #stop: (() => void) | undefined;

  constructor(options: UserChangesOptions) {
    this.#options = options;
  }

  /** Polls while anyone listens; the returned function stops it. */
  watch(listener: UserListener): () => void {
    this.#listeners.add(listener);
    this.#stop ??= repeat(this.#options.clock, CHANGES_POLL_MS, () => void this.#poll());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  /** A commit of this process changed the user. */
  async changed(user: UserRecord['number']): Promise<void> {
    const found = await this.#options.store.usersByNumbers([user]);
    this.#told = new Map([...this.#told, ...looks(found)]);
    this.#tell(found, found);
  }

  async #poll(): Promise<void> {
    const { store, clock, onFailure } = this.#options;
    try {
      const changed = await store.usersChangedSince(clock.now() - CHANGES_OVERLAP_MS);
      const now = looks(changed);
      const news = changed.filter(({ number }) => this.#told.get(number) !== now.get(number));
      this.#told = now;
      this.#tell(changed, news);
    } catch (failure) {
      onFailure(failure);
    }
  }

  #tell(changed: readonly UserRecord[], news: readonly UserRecord[]): void {
    if (changed.length === 0) return;
    for (const listener of this.#listeners) listener(changed, news);
  }
}

/** What others and live connections see of each. */
const looks = (users: readonly UserRecord[]): Map<UserRecord['number'], string> =>
  new Map(
    users.map(({ number, name, displayName, owner, administrator, suspendedMs, deletedMs }) => [
      number,
      JSON.stringify([name, displayName, owner, administrator, suspendedMs, deletedMs]),
    ]),
  );
