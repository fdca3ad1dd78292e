/** Ranges of whole numbers, each from `start` to before `end`, in order and apart from each other. Empty ones cost nothing. */
export class RangeSet {
  /** start, end, start, end... */
  #bounds: number[] = NONE;
  #total = 0;

  get count(): number {
    return this.#bounds.length / 2;
  }

  get empty(): boolean {
    return this.#bounds.length === 0;
  }

  /** How many numbers the ranges hold together. */
  get total(): number {
    return this.#total;
  }

  /** Of the range at `index`, from 0; NaN when there is none. */
  start(index: number): number {
    return this.#bounds[2 * index] ?? Number.NaN;
  }

  end(index: number): number {
    return this.#bounds[2 * index + 1] ?? Number.NaN;
  }

  add(start: number, end: number): void {
    if (start >= end) return;
    if (this.#bounds === NONE) {
      this.#bounds = [start, end];
      this.#total = end - start;
      return;
    }
    const first = this.endingFrom(start);
    let after = first;
    let low = start;
    let high = end;
    for (; this.start(after) <= end; after++) {
      low = Math.min(low, this.start(after));
      high = Math.max(high, this.end(after));
      this.#total -= this.end(after) - this.start(after);
    }
    this.#total += high - low;
    if (after === first + 1) {
      this.#bounds[2 * first] = low;
      this.#bounds[2 * first + 1] = high;
    } else if (2 * first === this.#bounds.length) {
      this.#bounds.push(low, high);
    } else {
      this.#bounds.splice(2 * first, 2 * (after - first), low, high);
    }
  }

  remove(start: number, end: number): void {
    if (start >= end) return;
    const first = this.endingFrom(start + 1);
    let after = first;
    const rest: number[] = [];
    for (; this.start(after) < end; after++) {
      const [low, high] = [this.start(after), this.end(after)];
      this.#total -= Math.min(high, end) - Math.max(low, start);
      if (low < start) rest.push(low, start);
      if (high > end) rest.push(end, high);
    }
    if (after === first) return;
    this.#bounds.splice(2 * first, 2 * (after - first), ...rest);
    if (this.empty) this.#bounds = NONE;
  }

  /** Whether all numbers from `start` to before `end` are in. */
  covers(start: number, end: number): boolean {
    const index = this.endingFrom(start + 1);
    return this.start(index) <= start && this.end(index) >= end;
  }

  /** Index of the first range whose end is `at` or more; `count` when there is none. */
  endingFrom(at: number): number {
    let low = 0;
    for (let high = this.count; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.end(middle) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NONE: number[] = [];
