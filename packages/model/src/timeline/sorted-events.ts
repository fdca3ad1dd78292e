import type { TimelineEvent } from './event.ts';

/** Events by sequence, ascending; cheap where they come in order, forwards or a page at a time. */
export class SortedEvents implements Iterable<TimelineEvent> {
  readonly #bySequence = new Map<number, TimelineEvent>();
  #sorted: TimelineEvent[] | undefined = [];

  get size(): number {
    return this.#bySequence.size;
  }

  get(sequence: number): TimelineEvent | undefined {
    return this.#bySequence.get(sequence);
  }

  /** Replaces the one of its sequence. */
  set(event: TimelineEvent): void {
    const isNew = !this.#bySequence.has(event.sequence);
    this.#bySequence.set(event.sequence, event);
    const last = this.#sorted?.at(-1)?.sequence ?? 0;
    if (isNew && event.sequence > last) this.#sorted?.push(event);
    else this.#sorted = undefined;
  }

  dropBefore(sequence: number): void {
    for (const each of this.#bySequence.keys()) if (each < sequence) this.#bySequence.delete(each);
    this.#sorted = undefined;
  }

  all(): readonly TimelineEvent[] {
    this.#sorted ??= [...this.#bySequence.values()].sort((one, other) => one.sequence - other.sequence);
    return this.#sorted;
  }

  [Symbol.iterator](): Iterator<TimelineEvent> {
    return this.all()[Symbol.iterator]();
  }
}
