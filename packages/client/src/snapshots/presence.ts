/** Whether people are there: watched for those whose presence somebody listens to, counted [SNAPSHOT-2] [PRESENCE-1]. */
import { PAGE_MAX, type UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { Person, PersonPresence, Snapshot } from '../types.ts';
import { Cells } from './cells.ts';
import { hasSameFields } from './same.ts';

/** How long what is wanted gathers before the server is told. */
const GATHER_MS = 50;
/** Nobody is in a hurry to hear less. */
const DROP_AFTER_MS = 10_000;

type Seen = Pick<PersonPresence, 'online' | 'lastSeen'>;

export interface PresenceOptions {
  clock: Clock;
  person(user: UserNumber): Person | undefined;
  /** Tells the server whom to tell of; those of the program's own `watch` come before them. Resolves once it is heard. */
  watch(): Promise<unknown>;
  /** That of somebody may be another. */
  onChange(user: UserNumber): void;
}

export class PresenceBook {
  readonly #options: PresenceOptions;
  readonly #seen = new Map<UserNumber, Seen>();
  /** How many want to know of somebody, the latest first asked for last. */
  readonly #interest = new Map<UserNumber, number>();
  readonly #cells: Cells<UserNumber, PersonPresence | undefined>;
  #told = new Set<UserNumber>();
  #cancel: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(options: PresenceOptions) {
    this.#options = options;
    this.#cells = new Cells({
      read: (user) => this.get(user),
      isSame: hasSameFields,
      onInterest: (user, isWanted) => this.#count(user, isWanted ? 1 : -1),
    });
  }

  of(user: UserNumber): Snapshot<PersonPresence | undefined> {
    return this.#cells.of(user);
  }

  /** As it was heard last; undefined where that never was. */
  seen(user: UserNumber): Seen | undefined {
    return this.#seen.get(user);
  }

  get(user: UserNumber): PersonPresence | undefined {
    const seen = this.#seen.get(user);
    const person = this.#options.person(user);
    return seen && person && { ...person, ...seen };
  }

  /** For others who want to know, until the returned function is called. */
  want(user: UserNumber): () => void {
    this.#count(user, 1);
    let isOver = false;
    return () => {
      if (!isOver) this.#count(user, -1);
      isOver = true;
    };
  }

  /** Whom the server is to tell of, the latest asked for first. */
  get wanted(): readonly UserNumber[] {
    return [...this.#interest.keys()].reverse().slice(0, PAGE_MAX);
  }

  /** The server was told so. */
  watching(users: readonly UserNumber[]): void {
    this.#told = new Set(users);
  }

  heard(people: readonly PersonPresence[]): void {
    for (const { number, online, lastSeen } of people) {
      this.#seen.set(number, { online, lastSeen });
      this.touch(number);
    }
  }

  /** They are described otherwise now. */
  touch(user: UserNumber): void {
    this.#cells.mark(user);
    this.#options.onChange(user);
  }

  /** Another account logs in, which may know nobody. */
  clear(): void {
    this.#seen.clear();
    this.#told.clear();
    this.#cells.markAll();
  }

  #count(user: UserNumber, by: 1 | -1): void {
    const count = (this.#interest.get(user) ?? 0) + by;
    if (count > 0) this.#interest.set(user, count);
    else this.#interest.delete(user);
    const isNew = by > 0 && !this.#told.has(user);
    if (isNew) this.#schedule(GATHER_MS);
    else if (count === 0) this.#schedule(DROP_AFTER_MS);
  }

  #schedule(afterMs: number): void {
    const dueAt = this.#options.clock.now() + afterMs;
    if (dueAt >= this.#dueAt) return;
    this.#cancel?.();
    this.#dueAt = dueAt;
    this.#cancel = this.#options.clock.after(afterMs, () => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      const { wanted } = this;
      const isTold = wanted.length === this.#told.size && wanted.every((user) => this.#told.has(user));
      // Where it cannot be asked now, the next login does.
      if (!isTold) this.#options.watch().catch(() => {});
    });
  }
}
