import type { Sequence } from '@sotto/model';

/**
 * Where the line stands that marks what is new: behind what was read when the room was opened, or when the reader went away
 * from the end. It stays until they have been at the end and away again.
 */
export class NewLine {
  #after: Sequence | undefined;
  /** What was there when the reader went away; undefined while they are at the end. */
  #leftAt: Sequence | undefined;
  #wasReached = false;

  get after(): Sequence | undefined {
    return this.#after;
  }

  opened(read: Sequence, head: Sequence, hasUnread: boolean): void {
    this.#after = hasUnread ? read : undefined;
    this.#leftAt = hasUnread ? undefined : head;
    this.#wasReached = false;
  }

  /** The reader sees the end. */
  reached(): void {
    this.#wasReached = true;
    this.#leftAt = undefined;
  }

  left(head: Sequence): void {
    if (this.#leftAt !== undefined) return;
    if (this.#wasReached) this.#after = undefined;
    if (this.#after === undefined) this.#leftAt = head;
    this.#wasReached = false;
  }

  /** Somebody else wrote. */
  came(sequence: Sequence): void {
    if (this.#after !== undefined || this.#leftAt === undefined || sequence <= this.#leftAt) return;
    this.#after = this.#leftAt;
    this.#leftAt = undefined;
  }
}
