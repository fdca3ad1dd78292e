import type { Clock } from '@sotto/protocol';
import type { StreamConnection } from '../stream/connection.ts';

interface Item {
  bytes: number;
  arrive: () => void;
}

/** One direction of a memory connection: bounded, in order, as late as `delayMs` says. */
export class Pipe {
  writer: StreamConnection | undefined;
  reader: StreamConnection | undefined;
  /** The other direction, which ends when this one does. */
  back: Pipe | undefined;
  readonly #clock: Clock;
  readonly #delayMs: (bytes: number) => number;
  readonly #capacityBytes: number;
  #underway: Item[] = [];
  #bytes = 0;
  /** Items that have arrived and wait for the reader. */
  #arrived = 0;
  #lastArrivalAt = 0;
  #paused = false;
  #writerWaits = false;
  #ended = false;
  #stalled = false;
  #dropped = false;

  constructor(clock: Clock, delayMs: (bytes: number) => number, capacityBytes: number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#capacityBytes = capacityBytes;
  }

  /** Takes what there is room for. */
  write(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.#capacityBytes - this.#bytes);
    this.#writerWaits = taken < bytes.length;
    const part = bytes.subarray(0, taken);
    if (taken > 0) this.#push(taken, () => this.reader?.receive(part));
    return taken;
  }

  /** Runs `task` at the far end, after what was written. */
  call(task: () => void): void {
    this.#push(0, task);
  }

  end(): void {
    if (this.#ended) return;
    this.#push(0, () => {
      this.reader?.ended('peer', '');
      this.back?.end();
    });
    this.#ended = true;
  }

  /** Drops what is under way; the reader learns it when a last packet would have arrived. */
  reset(): void {
    this.drop();
    this.#clock.after(this.#delayMs(0), () => {
      if (!this.#stalled) this.reader?.ended('lost', 'reset');
    });
  }

  /** Drops what is under way, and all that follows. */
  drop(): void {
    this.#ended = true;
    this.#dropped = true;
    this.#underway = [];
    this.#arrived = 0;
  }

  /** Nothing arrives any more; writers fill it up and wait. */
  stall(): void {
    this.#stalled = true;
    this.#paused = true;
  }

  pause(paused: boolean): void {
    this.#paused = paused || this.#stalled;
    while (this.#arrived > 0 && !this.#paused) this.#deliver();
  }

  #push(bytes: number, arrive: () => void): void {
    if (this.#ended) return;
    this.#underway.push({ bytes, arrive });
    this.#bytes += bytes;
    const now = this.#clock.now();
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, now + this.#delayMs(bytes));
    this.#clock.after(this.#lastArrivalAt - now, () => {
      if (this.#dropped) return;
      this.#arrived += 1;
      if (!this.#paused) this.#deliver();
    });
  }

  #deliver(): void {
    const item = this.#underway.shift();
    if (item === undefined) return;
    this.#arrived -= 1;
    this.#bytes -= item.bytes;
    item.arrive();
    if (!this.#writerWaits) return;
    this.#writerWaits = false;
    this.writer?.writable();
  }
}
