import { REPLAY_WINDOW_PACKETS } from '../constants.ts';

const WORD_BITS = 32;
/**
 * A ring of bits, one a packet number. It holds more than the window, so that whole words can be cleared when the
 * window moves; a power of 2, so that a mask finds the place.
 */
const WORDS = (2 * REPLAY_WINDOW_PACKETS) / WORD_BITS;

/** Which of the last packet numbers were received [KEYS-1]. */
export class ReplayWindow {
  #largest = -1;
  readonly #bits = new Uint32Array(WORDS);

  /** -1 before the first. */
  get largest(): number {
    return this.#largest;
  }

  /** Not received before, not so far back that nobody knows, and below 2^53 [PACKET-2]. */
  isNew(number: number): boolean {
    if (number > this.#largest) return number <= Number.MAX_SAFE_INTEGER;
    if (this.#largest - number > REPLAY_WINDOW_PACKETS) return false;
    return ((this.#bits[wordOf(number)] ?? 0) & bitOf(number)) === 0;
  }

  /** Only for numbers that are new, of packets that authenticated. */
  add(number: number): void {
    if (number > this.#largest) {
      this.#clear(Math.floor(this.#largest / WORD_BITS), Math.floor(number / WORD_BITS));
      this.#largest = number;
    }
    const word = wordOf(number);
    this.#bits[word] = (this.#bits[word] ?? 0) | bitOf(number);
  }

  /** Makes place for the words after `from`, up to `to`. */
  #clear(from: number, to: number): void {
    const count = Math.min(to - from, WORDS);
    for (let word = to - count + 1; word <= to; word++) this.#bits[word & (WORDS - 1)] = 0;
  }
}

const wordOf = (number: number): number => Math.floor(number / WORD_BITS) & (WORDS - 1);
const bitOf = (number: number): number => 1 << (number & (WORD_BITS - 1));
