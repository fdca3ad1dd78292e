import { GRANULARITY_MS, INITIAL_RTT_MS } from './values.ts';

/** Round trips of one path (RFC 9002 section 5). Times in ms. */
export class Rtt {
  #latest = 0;
  #min = Number.POSITIVE_INFINITY;
  #smoothed = INITIAL_RTT_MS;
  #variance = INITIAL_RTT_MS / 2;
  #firstSampleAt = Number.POSITIVE_INFINITY;

  /** 0 before the first sample. */
  get latestMs(): number {
    return this.#latest;
  }

  /** 0 before the first sample. */
  get minMs(): number {
    return this.sampled ? this.#min : 0;
  }

  get smoothedMs(): number {
    return this.#smoothed;
  }

  get varianceMs(): number {
    return this.#variance;
  }

  get sampled(): boolean {
    return this.#firstSampleAt !== Number.POSITIVE_INFINITY;
  }

  /** Infinity before it. */
  get firstSampleAt(): number {
    return this.#firstSampleAt;
  }

  /** `delayMs`: how long the peer says it held the ack back, as far as it is believed. Returns the sample less that. */
  sample(now: number, latestMs: number, delayMs: number): number {
    this.#latest = latestMs;
    if (!this.sampled) {
      this.#firstSampleAt = now;
      this.#min = latestMs;
      this.#smoothed = latestMs;
      this.#variance = latestMs / 2;
      return latestMs;
    }
    this.#min = Math.min(this.#min, latestMs);
    const adjusted = latestMs >= this.#min + delayMs ? latestMs - delayMs : latestMs;
    this.#variance = (3 * this.#variance + Math.abs(this.#smoothed - adjusted)) / 4;
    this.#smoothed = (7 * this.#smoothed + adjusted) / 8;
    return adjusted;
  }

  /** After persistent congestion the path may be another one (RFC 9002 section 5.2). */
  forgetMin(): void {
    this.#min = this.#latest;
  }

  /** The probe timeout without backoff and without the peer's delay of acks (RFC 9002 section 6.2.1). */
  get probeTimeoutMs(): number {
    return this.#smoothed + Math.max(4 * this.#variance, GRANULARITY_MS);
  }
}
