import { LATE_PACKETS_MAX } from '../tuning.ts';
import type { AckRange } from '../wire/ack.ts';
import type { PathState } from './path.ts';
import type { SentPacket } from './sent.ts';

interface Declared {
  packet: SentPacket;
  owner: PathState | undefined;
  /** What the loss counted for at its owner; 0 for nothing. */
  reduction: number;
  until: number;
}

const NONE: readonly Declared[] = [];

/** Packets of one number space declared lost a short time ago [LOSS-3]. */
export class LatePackets {
  /** By number, ascending: the oldest packet is always the first to be declared lost. */
  #declared: Declared[] = [];

  add(declared: Declared): void {
    if (this.#declared.length >= LATE_PACKETS_MAX) this.#declared.shift();
    this.#declared.push(declared);
  }

  /** Takes out those that `ranges` (greatest first) names; forgets the ones that are too old. */
  take(now: number, ranges: readonly AckRange[]): readonly Declared[] {
    while ((this.#declared[0]?.until ?? now + 1) <= now) this.#declared.shift();
    if (this.#declared.length === 0) return NONE;
    let taken: Declared[] | undefined;
    // Most acks name none of them: that must cost little.
    for (let index = ranges.length - 1; index >= 0; index--) {
      const { first, last } = ranges[index] ?? NO_RANGE;
      const from = this.#from(first);
      let to = from;
      while ((this.#declared[to]?.packet.number ?? last + 1) <= last) to += 1;
      if (to === from) continue;
      taken ??= [];
      taken.push(...this.#declared.splice(from, to - from));
    }
    return taken ?? NONE;
  }

  /** Index of the first packet numbered `number` or above. */
  #from(number: number): number {
    let low = 0;
    let high = this.#declared.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#declared[middle]?.packet.number ?? number) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NO_RANGE: AckRange = { first: 0, last: -1 };
