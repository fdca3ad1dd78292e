/**
 * Virtual time without promises: tasks run in order of time, then of setting. A binary heap, because a seed runs some
 * ten thousand of them.
 */
export class EventQueue {
  /** Not 0, and not whole: no code may lean on either. */
  now: number = START_MS;
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #tasks: (() => void)[] = [];
  #order = 0;

  /** Since the beginning, for people. */
  get elapsedMs(): number {
    return this.now - START_MS;
  }

  at(time: number, task: () => void): void {
    this.#place(this.#tasks.length, Math.max(time, this.now), this.#order++, task);
  }

  after(delayMs: number, task: () => void): void {
    this.at(this.now + delayMs, task);
  }

  /** Runs until `until`, or until `done` says so. */
  run(until: number, done: () => boolean = () => false): boolean {
    while (!done() && (this.#times[0] ?? Number.POSITIVE_INFINITY) <= until) {
      this.now = this.#times[0] ?? this.now;
      this.#take()();
    }
    if (done()) return true;
    this.now = Math.max(this.now, until);
    return false;
  }

  /** Everything that waits is forgotten. */
  clear(): void {
    this.#times.length = 0;
    this.#orders.length = 0;
    this.#tasks.length = 0;
  }

  #take(): () => void {
    const first = this.#tasks[0];
    const time = this.#times.pop();
    const order = this.#orders.pop();
    const task = this.#tasks.pop();
    if (first === undefined || time === undefined || order === undefined || task === undefined)
      throw new Error('nothing waits');
    if (this.#tasks.length > 0) this.#sink(time, order, task);
    return first;
  }

  /** Rises from `index`. */
  #place(start: number, time: number, order: number, task: () => void): void {
    let index = start;
    while (index > 0) {
      const above = (index - 1) >>> 1;
      if (!this.#later(above, time, order)) break;
      this.#move(above, index);
      index = above;
    }
    this.#set(index, time, order, task);
  }

  /** Sinks from the root. */
  #sink(time: number, order: number, task: () => void): void {
    const size = this.#tasks.length;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= size) break;
      if (below + 1 < size && this.#later(below, this.#times[below + 1] ?? 0, this.#orders[below + 1] ?? 0))
        below++;
      if (this.#later(below, time, order)) break;
      this.#move(below, index);
      index = below;
    }
    this.#set(index, time, order, task);
  }

  /** Whether what is at `index` comes after (time, order). */
  #later(index: number, time: number, order: number): boolean {
    const other = this.#times[index] ?? 0;
    return other > time || (other === time && (this.#orders[index] ?? 0) > order);
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#times[from] ?? 0, this.#orders[from] ?? 0, this.#tasks[from] ?? nothing);
  }

  #set(index: number, time: number, order: number, task: () => void): void {
    this.#times[index] = time;
    this.#orders[index] = order;
    this.#tasks[index] = task;
  }
}

const nothing = (): void => {};
const START_MS = 1_700_000_000_000.125;
