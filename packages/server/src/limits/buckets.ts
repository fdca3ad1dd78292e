/** What comes back with time, and how much of it there may be at once. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/**
 * An allowance for each key, as one number: when it will be full again. Keys whose allowance is full are forgotten, so
 * what is kept is what was used of late [LIMIT-6].
 */
export class Buckets<Key> {
  readonly #rate: Rate;
  readonly #keysMax: number;
  /** In the order of their last use. */
  readonly #fullAt = new Map<Key, number>();

  constructor(rate: Rate, keysMax: number) {
    this.#rate = rate;
    this.#keysMax = keysMax;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  /** Whole milliseconds until there is enough; 0 when there is. What is more than a full allowance needs a full one. */
  waitMs(key: Key, amount: number, nowMs: number): number {
    const { perSecond, burst } = this.#rate;
    const after = this.#after(key, amount, nowMs);
    return Math.max(0, Math.ceil(after - nowMs - (burst * 1_000) / perSecond));
  }

  take(key: Key, amount: number, nowMs: number): void {
    const after = this.#after(key, amount, nowMs);
    this.#fullAt.delete(key);
    this.#fullAt.set(key, after);
    this.#forget(nowMs);
  }

  #after(key: Key, amount: number, nowMs: number): number {
    const { perSecond, burst } = this.#rate;
    const taken = (Math.min(amount, burst) * 1_000) / perSecond;
    return Math.max(this.#fullAt.get(key) ?? nowMs, nowMs) + taken;
  }

  /** The oldest that are full; and, where there are more keys than anything honest brings, the oldest. */
  #forget(nowMs: number): void {
    for (const [key, fullAt] of this.#fullAt) {
      if (fullAt > nowMs && this.#fullAt.size <= this.#keysMax) return;
      this.#fullAt.delete(key);
    }
  }
}
