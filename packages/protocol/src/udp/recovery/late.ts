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

/** Packets of one number space declared lost a short time ago, oldest first [LOSS-3]. */
export class LatePackets {
  #declared: Declared[] = [];

  add(declared: Declared): void {
    if (this.#declared.length >= LATE_PACKETS_MAX) this.#declared.shift();
    this.#declared.push(declared);
  }

  get size(): number {
    return this.#declared.length;
  }

  /** Takes out those that `ranges` (greatest first) names; forgets the ones that are too old. */
  take(now: number, ranges: readonly AckRange[]): readonly Declared[] {
    if (this.#declared.length === 0) return NONE;
    const taken: Declared[] = [];
    const kept: Declared[] = [];
    let index = ranges.length - 1;
    for (const declared of this.#declared) {
      const { number } = declared.packet;
      while (index >= 0 && (ranges[index]?.last ?? 0) < number) index -= 1;
      const first = ranges[index]?.first ?? Number.POSITIVE_INFINITY;
      if (first <= number) taken.push(declared);
      else if (declared.until > now) kept.push(declared);
    }
    if (kept.length < this.#declared.length) this.#declared = kept;
    return taken;
  }
}

const NONE: readonly Declared[] = [];
