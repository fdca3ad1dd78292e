import { NOT_IN_FLIGHT_KNOWN_PACKETS, UNSETTLED_MAX_PACKETS } from '../tuning.ts';
import type { AckRange } from '../wire/ack.ts';
import { LatePackets } from './late.ts';
import type { PathState } from './path.ts';
import { type SentPacket, SentRing } from './sent.ts';
import { PACKET_THRESHOLD } from './values.ts';

const NEVER = Number.NEGATIVE_INFINITY;

/** What leaves a space, one packet at a time. */
export type Take = (packet: SentPacket, owner: PathState | undefined) => void;

/** One number space: what was sent in it, and what of that is lost (RFC 9002 section 6.1). */
export class SentSpace {
  readonly #ring = new SentRing();
  readonly late = new LatePackets();
  next = 0;
  largestAcked = -1;
  discarded = false;
  /** When the oldest packet counts as lost if nothing is heard; Infinity if that is not in sight. */
  lossAt = Number.POSITIVE_INFINITY;
  elicitingInFlight = 0;
  lastElicitingAt = NEVER;

  sent(packet: SentPacket, owner: PathState | undefined): void {
    const end = this.#ring.end;
    this.#ring.add(packet, owner);
    this.next = Math.max(this.next, packet.number + 1);
    if (packet.eliciting) {
      this.elicitingInFlight += 1;
      this.lastElicitingAt = packet.sentAt;
    }
    // One number may have been left out before it.
    for (let number = Math.max(end, packet.number - 1); number <= packet.number; number++) {
      const old = this.#ring.get(number - NOT_IN_FLIGHT_KNOWN_PACKETS);
      if (old?.inFlight === false) this.#ring.remove(old.number);
    }
  }

  /** More is unsettled than is kept: the oldest packet is given up. */
  get overfull(): boolean {
    return this.#ring.end - this.#ring.first > UNSETTLED_MAX_PACKETS;
  }

  /** Takes out, oldest first, what `ranges` (greatest first) names. Costs as much as it takes out. */
  takeAcked(ranges: readonly AckRange[], take: Take): void {
    for (let index = ranges.length - 1; index >= 0; index--) {
      const range = ranges[index];
      if (range === undefined) continue;
      for (let number = Math.max(range.first, this.#ring.first); number <= range.last; number++) {
        this.#take(number, take);
      }
    }
  }

  /**
   * Takes out, oldest first, what is lost: sent `delayMs` or longer ago, or PACKET_THRESHOLD below the largest
   * acknowledged. Packets leave in the order of their numbers, so the first that is not lost ends the search.
   */
  takeLost(now: number, delayMs: number, take: Take): void {
    this.lossAt = Number.POSITIVE_INFINITY;
    for (;;) {
      const oldest = this.#ring.get(this.#ring.first);
      if (oldest === undefined) return;
      if (!this.overfull) {
        if (oldest.number > this.largestAcked) return;
        const lossAt = oldest.sentAt + delayMs;
        const settled = lossAt <= now || oldest.number <= this.largestAcked - PACKET_THRESHOLD;
        // Nobody waits for one that is not in flight.
        if (!settled && oldest.inFlight) {
          this.lossAt = lossAt;
          return;
        }
      }
      this.#take(oldest.number, take);
    }
  }

  discard(take: Take): void {
    this.discarded = true;
    this.lossAt = Number.POSITIVE_INFINITY;
    while (this.#ring.first < this.#ring.end) this.#take(this.#ring.first, take);
  }

  #take(number: number, take: Take): void {
    const packet = this.#ring.get(number);
    if (packet === undefined) return;
    const owner = this.#ring.owner(number);
    this.#ring.remove(number);
    if (packet.eliciting) this.elicitingInFlight -= 1;
    if (packet.inFlight) owner?.left(packet.bytes);
    take(packet, owner);
  }
}
