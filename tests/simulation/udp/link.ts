import type { EventQueue, RandomNumber } from '@sotto/protocol/testing';
import { type Conditions, chance } from './conditions.ts';

/** What an end of a connection sent: one for all copies of it. */
export interface Content {
  /** Which client it is of, or for. */
  site: unknown;
  /** From a client: at how many of its addresses it had been reached when this left. */
  reached: number;
  /** It has been delivered, unchanged. */
  arrived: boolean;
}

/** A datagram on its way. */
export interface Parcel {
  bytes: Uint8Array;
  from: string;
  to: string;
  /** Undefined when it was damaged or forged. */
  content: Content | undefined;
}

export interface LinkCounts {
  sent: number;
  sentBytes: number;
  delivered: number;
}

/** One direction of a path. */
export class Link {
  conditions: Conditions;
  /** Nothing passes before. */
  darkUntil = Number.NEGATIVE_INFINITY;
  /** Datagrams for which this says so are dropped: for tests that know which. */
  drops: (parcel: Parcel) => boolean = () => false;
  /** What becomes of a datagram in the hands of somebody on the way. */
  changes: (parcel: Parcel) => Parcel = (parcel) => parcel;
  readonly counts: LinkCounts = { sent: 0, sentBytes: 0, delivered: 0 };
  readonly #queue: EventQueue;
  readonly #number: RandomNumber;
  readonly #deliver: (parcel: Parcel) => void;
  /** When the bottleneck has sent what waits for it. */
  #freeAt = 0;
  #burst = 0;

  constructor(
    queue: EventQueue,
    number: RandomNumber,
    conditions: Conditions,
    deliver: (parcel: Parcel) => void,
  ) {
    this.#queue = queue;
    this.#number = number;
    this.conditions = conditions;
    this.#deliver = deliver;
  }

  send(sent: Parcel): void {
    const parcel = this.changes(sent);
    this.counts.sent++;
    this.counts.sentBytes += parcel.bytes.length;
    const { duplicateRate, damageRate } = this.conditions;
    if (this.#loses(parcel)) return;
    const readyAt = this.#passed(parcel.bytes.length);
    if (readyAt === undefined) return;
    if (damageRate > 0 && chance(this.#number, damageRate)) {
      this.#arrive(readyAt, { ...parcel, bytes: damaged(parcel.bytes, this.#number), content: undefined });
      return;
    }
    this.#arrive(readyAt, parcel);
    if (duplicateRate > 0 && chance(this.#number, duplicateRate)) this.#arrive(readyAt, parcel);
  }

  #loses(parcel: Parcel): boolean {
    const { mtuBytes, lossRate, burstRate, burstPackets } = this.conditions;
    if (this.#queue.now < this.darkUntil || parcel.bytes.length > mtuBytes || this.drops(parcel)) return true;
    if (burstRate > 0 && this.#burst === 0 && chance(this.#number, burstRate)) this.#burst = burstPackets;
    if (this.#burst > 0) {
      this.#burst--;
      return true;
    }
    return lossRate > 0 && chance(this.#number, lossRate);
  }

  /** When the bottleneck has sent it; undefined when too much waits before it. */
  #passed(bytes: number): number | undefined {
    const { bytesPerMs, queueBytes } = this.conditions;
    const { now } = this.#queue;
    if (bytesPerMs === Number.POSITIVE_INFINITY) return now;
    const startsAt = Math.max(now, this.#freeAt);
    if ((startsAt - now) * bytesPerMs > queueBytes) return undefined;
    this.#freeAt = startsAt + bytes / bytesPerMs;
    return this.#freeAt;
  }

  #arrive(readyAt: number, parcel: Parcel): void {
    const { delayMs, jitterMs, lateRate, lateMs } = this.conditions;
    const jitter = jitterMs > 0 ? (this.#number(1_000) / 1_000) * jitterMs : 0;
    const late = lateRate > 0 && chance(this.#number, lateRate) ? lateMs : 0;
    this.#queue.at(readyAt + delayMs + jitter + late, () => {
      this.counts.delivered++;
      this.#deliver(parcel);
    });
  }
}

/** A copy that differs: a few bits flipped, or its end cut off or grown. */
function damaged(bytes: Uint8Array, number: RandomNumber): Uint8Array {
  const kind = number(4);
  if (kind === 0) return bytes.slice(0, number(bytes.length));
  if (kind === 1) {
    const longer = new Uint8Array(bytes.length + 1 + number(40));
    longer.set(bytes);
    return longer;
  }
  const copy = bytes.slice();
  const at = number(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << number(8));
  return copy;
}
