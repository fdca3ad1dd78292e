/** Decorrelated jitter [RECONNECT-2]: each wait is drawn between the base and twice the one before. */
import type { Random } from '@sotto/protocol';

/** The first retry comes at once, spread a little so that not everyone comes in the same instant. */
const FIRST_MAX_MS = 250;
const BASE_MS = 250;
export const BACKOFF_CAP_MS = 10_000;

export class Backoff {
  readonly #random: Random;
  #previousMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next wait; at least `notBeforeMs`, which a server asked for. */
  next(notBeforeMs = 0): number {
    const waitMs =
      this.#previousMs === 0
        ? this.#between(0, FIRST_MAX_MS)
        : Math.min(BACKOFF_CAP_MS, this.#between(BASE_MS, this.#previousMs * 2));
    this.#previousMs = Math.max(BASE_MS, waitMs);
    return Math.max(notBeforeMs, waitMs);
  }

  reset(): void {
    this.#previousMs = 0;
  }

  #between(low: number, high: number): number {
    const bytes = this.#random.bytes(4);
    const fraction = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
    return low + Math.floor(fraction * (high - low + 1));
  }
}
