import type { Random } from '../../environment.ts';
import { SKIP_GAP_MAX_PACKETS } from '../tuning.ts';
import type { AckRange } from '../wire/ack.ts';

/** The newest that are remembered. */
const KNOWN_MAX = 8;

/** Packet numbers left out at random, so that whoever acknowledges what it never had gives itself away [ACK-3]. */
export class SkippedNumbers {
  readonly #random: Random;
  readonly #known: number[] = [];
  #next: number;

  constructor(random: Random) {
    this.#random = random;
    this.#next = this.#gap();
  }

  /** Whether `number`, which would be used next, is left out. */
  skips(number: number): boolean {
    if (number < this.#next) return false;
    this.#known.push(number);
    if (this.#known.length > KNOWN_MAX) this.#known.shift();
    this.#next = number + 1 + this.#gap();
    return true;
  }

  /** Whether `ranges` name one of them. */
  namedBy(ranges: readonly AckRange[]): boolean {
    return this.#known.some((number) => ranges.some(({ first, last }) => first <= number && number <= last));
  }

  #gap(): number {
    const [high = 0, low = 0] = this.#random.bytes(2);
    return 1 + ((high * 256 + low) % SKIP_GAP_MAX_PACKETS);
  }
}
