import type { SentSpace } from './space.ts';

/** When to ask for an ack because none comes (RFC 9002 section 6.2) [LOSS-1]. Times in ms. */
export class ProbeTimer {
  /** Timeouts in a row without an ack. */
  count = 0;
  /** A timeout counts from here at the earliest. */
  #from: number;
  #ackedAt: number;

  constructor(now: number) {
    this.#from = now;
    this.#ackedAt = now;
  }

  acked(now: number): void {
    this.count = 0;
    this.#ackedAt = now;
  }

  expired(now: number): void {
    this.count += 1;
    this.#from = now;
  }

  /** On another path nobody has waited yet. */
  startAfresh(now: number): void {
    this.count = 0;
    this.#from = now;
  }

  /** When the next one is for `space`, where `timeoutMs` is that without backoff, and `maxMs` what backoff leads to. */
  at(space: SentSpace, timeoutMs: number, maxMs: number): number {
    const backedOff = Math.min(timeoutMs * 2 ** this.count, Math.max(timeoutMs, maxMs));
    const since = space.elicitingInFlight > 0 ? this.#from : Math.max(this.#from, this.#ackedAt);
    return Math.max(space.lastElicitingAt, since) + backedOff;
  }
}
