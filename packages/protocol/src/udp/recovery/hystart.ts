import {
  HYSTART_GROWTH_DIVISOR,
  HYSTART_ROUNDS,
  HYSTART_SAMPLES,
  HYSTART_THRESHOLD_DIVISOR,
  HYSTART_THRESHOLD_MAX_MS,
  HYSTART_THRESHOLD_MIN_MS,
} from './values.ts';

const NONE = Number.POSITIVE_INFINITY;

/**
 * HyStart++ (RFC 9406 section 4.2): slow start that ends when round trips grow, before the queue overflows. Rounds are
 * told apart by when packets left, since both number spaces take part.
 */
export class HyStart {
  #roundStartedAt = Number.NEGATIVE_INFINITY;
  #lastMinMs = NONE;
  #minMs = NONE;
  #samples = 0;
  /** Least round trip when conservative slow start began; NONE outside it. */
  #baselineMs = NONE;
  #roundsLeft = HYSTART_ROUNDS;

  /** What part of the acknowledged bytes the window grows by. */
  get growth(): number {
    return this.conservative ? 1 / HYSTART_GROWTH_DIVISOR : 1;
  }

  get conservative(): boolean {
    return this.#baselineMs !== NONE;
  }

  /** A round trip was measured with a packet that left at `sentAt`. Returns true when slow start is over. */
  sample(now: number, sentAt: number, roundTripMs: number): boolean {
    if (sentAt >= this.#roundStartedAt && this.#nextRound(now)) return true;
    this.#minMs = Math.min(this.#minMs, roundTripMs);
    this.#samples += 1;
    if (this.#samples < HYSTART_SAMPLES) return false;
    if (this.conservative) this.#returnIfFalse();
    else this.#slowDownIfLonger();
    return false;
  }

  #nextRound(now: number): boolean {
    this.#roundStartedAt = now;
    this.#lastMinMs = this.#minMs;
    this.#minMs = NONE;
    this.#samples = 0;
    if (!this.conservative) return false;
    this.#roundsLeft -= 1;
    return this.#roundsLeft === 0;
  }

  #slowDownIfLonger(): void {
    if (this.#lastMinMs === NONE) return;
    const wanted = this.#lastMinMs / HYSTART_THRESHOLD_DIVISOR;
    const threshold = Math.min(Math.max(wanted, HYSTART_THRESHOLD_MIN_MS), HYSTART_THRESHOLD_MAX_MS);
    if (this.#minMs < this.#lastMinMs + threshold) return;
    this.#baselineMs = this.#minMs;
    this.#roundsLeft = HYSTART_ROUNDS;
  }

  #returnIfFalse(): void {
    if (this.#minMs < this.#baselineMs) this.#baselineMs = NONE;
  }
}
