import type { Clock } from '@sotto/protocol';

/** Items that all get the same time, oldest first: one timer for all of them. */
export class Deadlines<Item> {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #expire: (item: Item) => void;
  readonly #due = new Map<Item, number>();
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, timeoutMs: number, expire: (item: Item) => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#expire = expire;
  }

  get size(): number {
    return this.#due.size;
  }

  add(item: Item): void {
    this.#due.set(item, this.#clock.now() + this.#timeoutMs);
    this.#cancel ??= this.#clock.after(this.#timeoutMs, this.#sweep);
  }

  delete(item: Item): void {
    if (!this.#due.delete(item) || this.#due.size > 0) return;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #sweep = (): void => {
    this.#cancel = undefined;
    const now = this.#clock.now();
    for (const [item, at] of this.#due) {
      if (at > now) {
        this.#cancel ??= this.#clock.after(at - now, this.#sweep);
        return;
      }
      this.#due.delete(item);
      this.#expire(item);
    }
  };
}
