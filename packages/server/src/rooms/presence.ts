/** Who is online (M8). Never in the log; changes are pushed together, a moment late. */
import type { UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';

/** How long changes gather before they are pushed. */
const GATHER_MS = 100;

export interface PresenceOptions<Watcher> {
  clock: Clock;
  /** Told when the last connection of a user ends. */
  lastSeen: (user: UserNumber) => void;
  /** Told together what changed for whom, each watcher among users it watches. */
  changed: (changes: ReadonlyMap<Watcher, readonly UserNumber[]>) => void;
}

export class Presence<Watcher extends object = object> {
  readonly #options: PresenceOptions<Watcher>;
  readonly #connections = new Map<UserNumber, number>();
  readonly #watchers = new Map<UserNumber, Set<Watcher>>();
  readonly #watched = new Map<Watcher, readonly UserNumber[]>();
  #changed = new Set<UserNumber>();
  #stopped = false;
  #flushing: (() => void) | undefined;

  constructor(options: PresenceOptions<Watcher>) {
    this.#options = options;
  }

  online = (user: UserNumber): boolean => this.#connections.has(user);

  get onlineCount(): number {
    return this.#connections.size;
  }

  /** Ascending, those above `after`, at most `limit`. */
  onlineAfter(after: UserNumber, limit: number): UserNumber[] {
    const online = [...this.#connections.keys()].filter((user) => user > after);
    return online.sort((a, b) => a - b).slice(0, limit);
  }

  connected(user: UserNumber): void {
    const connections = (this.#connections.get(user) ?? 0) + 1;
    this.#connections.set(user, connections);
    if (connections === 1) this.#change(user);
  }

  disconnected(user: UserNumber): void {
    if (this.#stopped) return;
    const connections = (this.#connections.get(user) ?? 0) - 1;
    if (connections > 0) {
      this.#connections.set(user, connections);
      return;
    }
    this.#connections.delete(user);
    this.#options.lastSeen(user);
    this.#change(user);
  }

  /** Something else that watchers see of the user changed. */
  changed(user: UserNumber): void {
    if (this.#watchers.has(user)) this.#change(user);
  }

  /** Replaces what the watcher watches. */
  watch(watcher: Watcher, users: readonly UserNumber[]): void {
    this.unwatch(watcher);
    if (users.length === 0) return;
    this.#watched.set(watcher, users);
    for (const user of users) {
      const watchers = this.#watchers.get(user);
      if (watchers === undefined) this.#watchers.set(user, new Set([watcher]));
      else watchers.add(watcher);
    }
  }

  unwatch(watcher: Watcher): void {
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
    const byWatcher = new Map<Watcher, UserNumber[]>();
    for (const user of users) {
      for (const watcher of this.#watchers.get(user) ?? []) {
        const changed = byWatcher.get(watcher) ?? [];
        if (changed.push(user) === 1) byWatcher.set(watcher, changed);
      }
    }
    if (byWatcher.size > 0) this.#options.changed(byWatcher);
  }

  #change(user: UserNumber): void {
    this.#changed.add(user);
    this.#flushing ??= this.#options.clock.after(GATHER_MS, () => this.#flush());
  }

  /** Everyone is last seen now; connections that end later change nothing. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#flushing?.();
    for (const user of this.#connections.keys()) this.#options.lastSeen(user);
  }
}
