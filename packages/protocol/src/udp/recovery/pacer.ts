import { PACING_GAIN, PACING_GAIN_SLOW_START, PACING_SLACK_MS } from '../tuning.ts';
import { GRANULARITY_MS, INITIAL_WINDOW_BYTES } from './values.ts';

/** Bytes that may leave at once [CONGEST-2]. */
const BURST_BYTES = INITIAL_WINDOW_BYTES;
/** Sums of fractions end a little beside the whole number. */
const TOLERANCE_BYTES = 1 / 1024;

/**
 * Spreads a window over its round trip [CONGEST-2]: a bucket that fills at the pace, and holds a burst. What may leave
 * without asking (probes, urgent packets) makes a debt of at most another.
 */
export class Pacer {
  #credit = BURST_BYTES;
  #bytesPerMs = 0;
  #burst = BURST_BYTES;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** To be called when the window or the round trip has changed. */
  setPace(now: number, windowBytes: number, smoothedMs: number, slowStart: boolean): void {
    this.#fill(now);
    const gain = slowStart ? PACING_GAIN_SLOW_START : PACING_GAIN;
    this.#bytesPerMs = (gain * windowBytes) / Math.max(smoothedMs, GRANULARITY_MS);
    this.#burst = Math.max(BURST_BYTES, this.#bytesPerMs * PACING_SLACK_MS);
  }

  /** When `bytes` may leave: `now` or a later time. */
  sendableAt(now: number, bytes: number): number {
    this.#fill(now);
    const missing = bytes - this.#credit;
    return missing <= TOLERANCE_BYTES ? now : now + missing / this.#bytesPerMs;
  }

  sent(now: number, bytes: number): void {
    this.#fill(now);
    this.#credit = Math.max(this.#credit - bytes, -this.#burst);
  }

  #fill(now: number): void {
    if (now <= this.#at) return;
    this.#credit = Math.min(this.#credit + (now - this.#at) * this.#bytesPerMs, this.#burst);
    this.#at = now;
  }
}
