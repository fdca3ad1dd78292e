/** Virtual time: tasks in order of time, then of setting. */
export class Timeline {
  now = 0;
  readonly #tasks: { at: number; run: () => void }[] = [];

  at(time: number, run: () => void): void {
    const at = Math.max(time, this.now);
    let low = 0;
    for (let high = this.#tasks.length; low < high; ) {
      const middle = (low + high) >>> 1;
      // Latest first, so that the next one is taken from the end.
      if ((this.#tasks[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    this.#tasks.splice(low, 0, { at, run });
  }

  run(until: number): void {
    for (let next = this.#tasks.at(-1); next !== undefined && next.at <= until; next = this.#tasks.at(-1)) {
      this.#tasks.pop();
      this.now = next.at;
      next.run();
    }
    this.now = until;
  }
}
