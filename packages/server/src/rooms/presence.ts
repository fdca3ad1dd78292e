/** Who is online (M8). Never in the log; changes are pushed together, a moment late. */
import type { UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';

/** How long changes gather before they are pushed. */
const GATHER_MS = 100;

export interface PresenceWatcher {
  /** Users whose presence changed. */
  presenceChanged(users: readonly UserNumber[]): void;
}

export class Presence {
  readonly #clock: Clock;
  /** Told when the last connection of a user ends. */
  readonly #lastSeen: (user: UserNumber) => void;
  readonly #connections = new Map<UserNumber, number>();
  readonly #watchers = new Map<UserNumber, Set<PresenceWatcher>>();
  readonly #watched = new Map<PresenceWatcher, readonly UserNumber[]>();
  #changed = new Set<UserNumber>();
  #flushing: (() => void) | undefined;

  constructor(clock: Clock, lastSeen: (user: UserNumber) => void) {
    this.#clock = clock;
    this.#lastSeen = lastSeen;
  }

  online = (user: UserNumber): boolean => this.#connections.has(user);

  connected(user: UserNumber): void {
    const connections = (this.#connections.get(user) ?? 0) + 1;
    this.#connections.set(user, connections);
    if (connections === 1) this.#change(user);
  }

  disconnected(user: UserNumber): void {
    const connections = (this.#connections.get(user) ?? 0) - 1;
    if (connections > 0) {
      this.#connections.set(user, connections);
      return;
    }
    this.#connections.delete(user);
    this.#lastSeen(user);
    this.#change(user);
  }

  /** Replaces what the watcher watches. */
  watch(watcher: PresenceWatcher, users: readonly UserNumber[]): void {
    this.unwatch(watcher);
    if (users.length === 0) return;
    this.#watched.set(watcher, users);
    for (const user of users) {
      const watchers = this.#watchers.get(user);
      if (watchers === undefined) this.#watchers.set(user, new Set([watcher]));
      else watchers.add(watcher);
    }
  }

  unwatch(watcher: PresenceWatcher): void {
    for (const user of this.#watched.get(watcher) ?? []) {
      const watchers = this.#watchers.get(user);
      watchers?.delete(watcher);
      if (watchers?.size === 0) this.#watchers.delete(user);
    }
    this.#watched.delete(watcher);
  }

  /** Pushes what has gathered. */
  #flush(): void {
    const users = this.#changed;
    this.#changed = new Set();
    this.#flushing = undefined;
    this.#push(users);
  }

  #push(users: ReadonlySet<UserNumber>): void {
    const byWatcher = new Map<PresenceWatcher, UserNumber[]>();
    for (const user of users) {
      for (const watcher of this.#watchers.get(user) ?? []) {
        const changed = byWatcher.get(watcher) ?? [];
        if (changed.push(user) === 1) byWatcher.set(watcher, changed);
      }
    }
    for (const [watcher, changed] of byWatcher) watcher.presenceChanged(changed);
  }

  #change(user: UserNumber): void {
    this.#changed.add(user);
    this.#flushing ??= this.#clock.after(GATHER_MS, () => this.#flush());
  }

  stop(): void {
    this.#flushing?.();
  }
}
