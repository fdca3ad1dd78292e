import { ACK_DELAY_MAX_MS, ACK_RANGES_MAX } from '../constants.ts';
import type { AckRange } from '../wire/ack.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** [ACK-1] */
const ELICITING_BEFORE_ACK = 2;

/** What one number space has received and what is to be acknowledged of it [ACK-1] [ACK-2]. Times in ms. */
export class ReceivedPackets {
  readonly #delayMs: number;
  /** Ascending, apart by at least one number; at most ACK_RANGES_MAX. */
  readonly #ranges: AckRange[] = [];
  #largest = -1;
  #largestAt = 0;
  #eliciting = 0;
  #news = false;
  #deadline = NEVER;

  /** `delayMs`: how long an ack may wait for company; 0 in the handshake. */
  constructor(delayMs = ACK_DELAY_MAX_MS) {
    this.#delayMs = delayMs;
  }

  /**
   * `repeats`: it says something again that was received before. Its ack waits for company: told at once, each
   * repetition on a path that loses packets would cost a packet back.
   */
  received(now: number, number: number, eliciting: boolean, repeats: boolean): void {
    const inOrder = number === this.#largest + 1;
    if (number > this.#largest) {
      this.#largest = number;
      this.#largestAt = now;
    }
    this.#add(number);
    this.#news = true;
    if (!eliciting) return;
    if (!repeats) this.#eliciting += 1;
    const atOnce = !repeats && (!inOrder || this.#eliciting >= ELICITING_BEFORE_ACK);
    this.#deadline = Math.min(this.#deadline, atOnce ? now : now + this.#delayMs);
  }

  /** When an ack must leave, alone if nothing else does. */
  deadline(): number {
    return this.#deadline;
  }

  /** Something was received that no ack has named. */
  get news(): boolean {
    return this.#news;
  }

  /** For a packet that leaves now; undefined when there is nothing to name. Nothing is owed afterwards. */
  ack(now: number): { ranges: AckRange[]; delayMs: number } | undefined {
    if (this.#ranges.length === 0) return undefined;
    this.#eliciting = 0;
    this.#news = false;
    this.#deadline = NEVER;
    const ranges = this.#ranges.map(({ first, last }) => ({ first, last })).reverse();
    return { ranges, delayMs: Math.max(0, now - this.#largestAt) };
  }

  /** An ack that named `largest` as the greatest was acknowledged: the peer knows of what it named. */
  ackAcknowledged(largest: number): void {
    let known = 0;
    while ((this.#ranges[known]?.last ?? NEVER) <= largest) known += 1;
    this.#ranges.splice(0, known);
    const [lowest] = this.#ranges;
    if (lowest !== undefined && lowest.first <= largest) lowest.first = largest + 1;
  }

  #add(number: number): void {
    const ranges = this.#ranges;
    const index = this.#at(number);
    const below = ranges[index];
    if (below !== undefined && number <= below.last) return;
    const above = ranges[index + 1];
    const meetsBelow = below?.last === number - 1;
    const meetsAbove = above?.first === number + 1;
    if (meetsBelow && meetsAbove) {
      below.last = above.last;
      ranges.splice(index + 1, 1);
    } else if (meetsBelow) below.last = number;
    else if (meetsAbove) above.first = number;
    else ranges.splice(index + 1, 0, { first: number, last: number });
    if (ranges.length > ACK_RANGES_MAX) ranges.shift();
  }

  /** Index of the greatest range that begins at `number` or below it; -1 if there is none. */
  #at(number: number): number {
    let index = this.#ranges.length - 1;
    while (index >= 0 && (this.#ranges[index]?.first ?? 0) > number) index -= 1;
    return index;
  }
}
