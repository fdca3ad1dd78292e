import type { Carried } from '../carried.ts';
import type { PathState } from './path.ts';

export interface SentPacket {
  number: number;
  sentAt: number;
  bytes: number;
  eliciting: boolean;
  inFlight: boolean;
  path: number;
  carried: readonly Carried[];
}

const FIRST_CAPACITY = 64;

/**
 * The packets of one number space whose fate is not known, by number. A ring, so that adding, finding and removing one
 * cost the same however many there are; it spans from the oldest of them to the newest packet.
 */
export class SentRing {
  #packets: (SentPacket | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined);
  #owners: (PathState | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined);
  #mask = FIRST_CAPACITY - 1;
  #first = 0;
  #end = 0;

  /** The oldest packet's number; `end` if there is none. */
  get first(): number {
    return this.#first;
  }

  /** One above the newest number that was added. */
  get end(): number {
    return this.#end;
  }

  get(number: number): SentPacket | undefined {
    return number >= this.#first && number < this.#end ? this.#packets[number & this.#mask] : undefined;
  }

  owner(number: number): PathState | undefined {
    return number >= this.#first && number < this.#end ? this.#owners[number & this.#mask] : undefined;
  }

  /** Numbers must grow. */
  add(packet: SentPacket, owner: PathState | undefined): void {
    if (packet.number < this.#end) throw new Error(`packet ${packet.number} was sent before`);
    if (this.#first === this.#end) this.#first = packet.number;
    while (packet.number - this.#first > this.#mask) this.#grow();
    this.#end = packet.number + 1;
    this.#packets[packet.number & this.#mask] = packet;
    this.#owners[packet.number & this.#mask] = owner;
  }

  remove(number: number): void {
    this.#packets[number & this.#mask] = undefined;
    this.#owners[number & this.#mask] = undefined;
    while (this.#first < this.#end && this.#packets[this.#first & this.#mask] === undefined) this.#first += 1;
  }

  #grow(): void {
    const mask = this.#mask * 2 + 1;
    const packets: (SentPacket | undefined)[] = new Array(mask + 1).fill(undefined);
    const owners: (PathState | undefined)[] = new Array(mask + 1).fill(undefined);
    for (let number = this.#first; number < this.#end; number++) {
      packets[number & mask] = this.#packets[number & this.#mask];
      owners[number & mask] = this.#owners[number & this.#mask];
    }
    this.#packets = packets;
    this.#owners = owners;
    this.#mask = mask;
  }
}
