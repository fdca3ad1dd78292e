/** A round trip of a piece. */
export interface RoundTrip {
  ms: number;
  atMs: number;
  /** What was on its way when the piece had left. */
  flightBytes: number;
}

/** The last round trips of pieces: the least of some counts, for single ones are late for many reasons [PACE-2]. */
export class RoundTrips {
  /** Of half a round and a little more. */
  #last: RoundTrip[] = [];

  add(roundTrip: RoundTrip): void {
    this.#last.push(roundTrip);
    const sinceMs = roundTrip.atMs - roundTrip.ms / 2;
    const recent = this.#last.findIndex(({ atMs }) => atMs >= sinceMs);
    const drop = Math.max(Math.min(recent, this.#last.length - FEW), this.#last.length - MANY);
    if (drop > 0) this.#last.splice(0, drop);
  }

  /** Of the last half of a round: what leaves in a bunch queues behind itself. */
  get least(): RoundTrip | undefined {
    return least(this.#last);
  }

  /** Of the last few, at most 4 of them. */
  leastOf(count: number): RoundTrip | undefined {
    return least(this.#last.slice(-count));
  }

  clear(): void {
    this.#last = [];
  }
}

const least = (some: readonly RoundTrip[]): RoundTrip | undefined =>
  some.reduce<RoundTrip | undefined>(
    (found, each) => (found && found.ms <= each.ms ? found : each),
    undefined,
  );

const FEW = 4;
const MANY = 64;
