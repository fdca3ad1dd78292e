/** The least round trip of the last minutes, in buckets (RFC 6817 section 3.4.2) [PACE-2]. */
export class BaseDelay {
  /** Newest first. */
  #buckets: { startMs: number; leastMs: number }[] = [];

  /** Infinite before anything was measured. */
  get ms(): number {
    return this.#buckets.reduce((least, { leastMs }) => Math.min(least, leastMs), Number.POSITIVE_INFINITY);
  }

  add(sampleMs: number, nowMs: number): void {
    const newest = this.#buckets[0];
    const sinceMs = newest === undefined ? 0 : nowMs - newest.startMs;
    if (newest !== undefined && sinceMs >= 0 && sinceMs < BUCKET_MS) {
      newest.leastMs = Math.min(newest.leastMs, sampleMs);
      return;
    }
    this.#buckets.unshift({ startMs: nowMs, leastMs: sampleMs });
    if (this.#buckets.length > BUCKETS) this.#buckets.pop();
  }

  /** Nothing measured earlier counts. */
  clear(): void {
    this.#buckets = [];
  }
}

const BUCKET_MS = 30_000;
const BUCKETS = 6;
