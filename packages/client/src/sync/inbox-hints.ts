/**
 * What the inbox says of rooms. Login has told where this account is; the inbox repeats how it came to be so. Until it
 * has caught up with its head, only the last word on each room counts: acting on an old one would enter a room that was
 * left long ago [SYNC-5].
 */
export interface RoomHint {
  room: number;
  entered: boolean;
}

export class InboxHints {
  #head = Number.POSITIVE_INFINITY;
  #sequence = 0;
  readonly #latest = new Map<number, RoomHint>();

  /** A new connection: how far the inbox has gone meanwhile is not known yet. */
  restart(): void {
    this.#head = Number.POSITIVE_INFINITY;
  }

  /** The inbox ended at `head` when it was subscribed. Returns what can be acted on now. */
  caughtUpTo(head: number): RoomHint[] {
    this.#head = head;
    return this.#ready();
  }

  add(sequence: number, hint: RoomHint): RoomHint[] {
    this.#sequence = sequence;
    this.#latest.set(hint.room, hint);
    return this.#ready();
  }

  #ready(): RoomHint[] {
    if (this.#sequence < this.#head) return [];
    const hints = [...this.#latest.values()];
    this.#latest.clear();
    return hints;
  }
}
