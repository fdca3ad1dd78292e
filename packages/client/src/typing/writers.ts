/** Who is writing at this moment, by room and thread [WRITING-2]. */
import { type RoomNumber, type Sequence, TYPING_HOLDS_MS, type UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import { Cells } from '../snapshots/cells.ts';
import { isSameList } from '../snapshots/same.ts';
import type { Person, Snapshot } from '../types.ts';

export interface WritersOptions {
  clock: Clock;
  person(user: UserNumber): Person;
  isBlocked(user: UserNumber): boolean;
}

export class Writers {
  readonly #options: WritersOptions;
  /** What ends each one's writing; whoever began first comes first. */
  readonly #places = new Map<string, Map<UserNumber, () => void>>();
  readonly #cells: Cells<string, readonly Person[]>;

  constructor(options: WritersOptions) {
    this.#options = options;
    this.#cells = new Cells({ read: (place) => this.#read(place), isSame: isSameList });
  }

  in(room: RoomNumber, thread: Sequence | undefined): Snapshot<readonly Person[]> {
    return this.#cells.of(placeOf(room, thread));
  }

  heard(room: RoomNumber, thread: number, user: UserNumber): void {
    const place = placeOf(room, thread);
    const writers = this.#places.get(place) ?? new Map<UserNumber, () => void>();
    this.#places.set(place, writers);
    writers.get(user)?.();
    const cancel = this.#options.clock.after(TYPING_HOLDS_MS, () => this.said(room, thread, user));
    writers.set(user, cancel);
    this.#cells.mark(place);
  }

  /** Their message is there, or they gave up. */
  said(room: RoomNumber, thread: number, user: UserNumber): void {
    const place = placeOf(room, thread);
    const writers = this.#places.get(place);
    writers?.get(user)?.();
    if (writers?.delete(user) !== true) return;
    if (writers.size === 0) this.#places.delete(place);
    this.#cells.mark(place);
  }

  /** Names, or who is blocked, changed. */
  touch(): void {
    for (const place of this.#places.keys()) this.#cells.mark(place);
  }

  /** Nothing is heard any more. */
  clear(): void {
    const places = [...this.#places];
    this.#places.clear();
    for (const [place, writers] of places) {
      for (const cancel of writers.values()) cancel();
      this.#cells.mark(place);
    }
  }

  #read(place: string): readonly Person[] {
    const { person, isBlocked } = this.#options;
    const writers = [...(this.#places.get(place)?.keys() ?? [])];
    return writers.filter((user) => !isBlocked(user)).map(person);
  }
}

const placeOf = (room: number, thread: number | undefined): string => `${room}/${thread ?? 0}`;
