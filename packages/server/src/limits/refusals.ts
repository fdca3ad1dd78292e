/** What was refused for being too much, for administrators to read [LIMIT-5]. */
export interface Refused {
  /** "account messages" */
  limit: string;
  /** A user's name, a room's, or a source prefix. */
  who: string;
  count: number;
  lastMs: number;
}

const KEPT_MAX = 1_000;

export class Refusals {
  /** The latest last. */
  readonly #byWhat = new Map<string, Refused>();

  #times = 0;

  /** All there were, those that are no more in the list among them. */
  get times(): number {
    return this.#times;
  }

  count(limit: string, who: string, nowMs: number): void {
    this.#times++;
    const key = `${limit} ${who}`;
    const count = (this.#byWhat.get(key)?.count ?? 0) + 1;
    this.#byWhat.delete(key);
    this.#byWhat.set(key, { limit, who, count, lastMs: nowMs });
    const [oldest] = this.#byWhat.keys();
    if (this.#byWhat.size > KEPT_MAX && oldest !== undefined) this.#byWhat.delete(oldest);
  }

  /** The latest first. */
  list(): readonly Refused[] {
    return [...this.#byWhat.values()].reverse();
  }
}
