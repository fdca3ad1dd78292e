import { DATAGRAM_MAX_BYTES } from '../../constants.ts';
import type { AckRange } from '../../wire/ack.ts';
import type { Space } from '../../wire/packet.ts';
import { type AckOutcome, Recovery } from '../recovery.ts';
import type { SentPacket } from '../sent.ts';

/** Recovery as a connection drives it, in few words. */
export class TestSender {
  readonly recovery: Recovery;
  space: Space;
  path = 0;

  /** A confirmed connection, unless `space` is the handshake's. */
  constructor(now = 0, space: Space = 'connection') {
    this.recovery = new Recovery(now);
    this.space = space;
    if (space === 'handshake') return;
    this.recovery.discard('handshake');
    this.recovery.handshakeConfirmed = true;
  }

  /** Full packets that elicit, unless `differing` says otherwise; returns the number of the first. */
  send(now: number, count = 1, differing: Partial<SentPacket> = {}): number {
    const first = this.recovery.peekNumber(this.space);
    for (let sent = 0; sent < count; sent++) {
      this.recovery.sent(this.space, {
        number: this.recovery.nextNumber(this.space),
        sentAt: now,
        bytes: DATAGRAM_MAX_BYTES,
        eliciting: true,
        inFlight: true,
        path: this.path,
        carried: [],
        ...differing,
      });
    }
    return first;
  }

  /** An ack of `numbers`, in any order. */
  ack(now: number, numbers: readonly number[], delayMs = 0): AckOutcome {
    return this.recovery.acknowledged(now, this.space, rangesOf(numbers), delayMs);
  }

  /** Sends and acknowledges one packet that took `roundTripMs`, to have a round trip measured. */
  measure(now: number, roundTripMs: number): void {
    const number = this.send(now - roundTripMs);
    this.ack(now, [number]);
  }
}

/** Greatest first, as they are on the wire. */
export function rangesOf(numbers: readonly number[]): AckRange[] {
  const ranges: AckRange[] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => b - a)) {
    const lowest = ranges.at(-1);
    if (lowest?.first === number + 1) lowest.first = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}

/** `count` numbers from `first` on. */
export function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

export function numbersOf(packets: readonly SentPacket[]): number[] {
  return packets.map((packet) => packet.number);
}
