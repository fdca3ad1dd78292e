/** Which parts of a stream are loaded: ranges of sequence numbers that neither overlap nor touch [TIMELINE-2]. Pure. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

export class Stretches {
  /** Ascending. */
  #all: readonly Stretch[] = [];

  get last(): Stretch | undefined {
    return this.#all.at(-1);
  }

  /** What overlaps or touches becomes one. */
  add({ first, last }: Stretch): void {
    if (last < first) return;
    const apart = this.#all.filter((each) => each.last + 1 < first || each.first > last + 1);
    const joined = this.#all.filter((each) => !apart.includes(each));
    const sum = {
      first: Math.min(first, ...joined.map((each) => each.first)),
      last: Math.max(last, ...joined.map((each) => each.last)),
    };
    this.#all = [...apart, sum].sort((one, other) => one.first - other.first);
  }

  /** The one that a sequence number is in. */
  at(sequence: number): Stretch | undefined {
    return this.#all.find(({ first, last }) => first <= sequence && sequence <= last);
  }

  cutBefore(sequence: number): void {
    this.#all = this.#all.flatMap(({ first, last }) =>
      last < sequence ? [] : [{ first: Math.max(first, sequence), last }],
    );
  }

  clear(): void {
    this.#all = [];
  }
}
