import type { Clock } from '@sotto/protocol';
import type { StreamConnection } from '../stream/connection.ts';
import type { Gate } from './path.ts';

interface Item {
  bytes: number;
  arrive: () => void;
  arrived: boolean;
}

export interface PipeOptions {
  clock: Clock;
  delayMs: (bytes: number) => number;
  capacityBytes: number;
  /** Whether a reset overtakes what is under way, so that it never arrives. */
  resetOvertakes: () => boolean;
  gate: Gate;
}

/** One direction of a memory connection: bounded, in order, as late as `delayMs` says. */
export class Pipe {
  writer: StreamConnection | undefined;
  reader: StreamConnection | undefined;
  /** The other direction, which ends when this one does. */
  back: Pipe | undefined;
  readonly #options: PipeOptions;
  #underway: Item[] = [];
  #bytes = 0;
  #lastArrivalAt = 0;
  #paused = false;
  #writerWaits = false;
  #ended = false;
  #stalled = false;

  constructor(options: PipeOptions) {
    this.#options = options;
  }

  /** Takes what there is room for. */
  write(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.#options.capacityBytes - this.#bytes);
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

  /** The reader learns it when a last packet would have arrived, whether it reads or not. */
  reset(): void {
    if (this.#options.resetOvertakes()) this.drop();
    this.#ended = true;
    const arrive = () => {
      if (this.#stalled) return;
      if (this.#options.gate.shut) this.#options.gate.wait(arrive);
      else this.reader?.ended('lost', 'reset');
    };
    this.#options.clock.after(this.#travelMs(0), arrive);
  }

  /** Drops what is under way, and all that follows. */
  drop(): void {
    this.#ended = true;
    this.#underway = [];
    this.#lastArrivalAt = 0;
  }

  /** Nothing arrives any more; writers fill it up and wait. */
  stall(): void {
    this.#stalled = true;
    this.#paused = true;
  }

  pause(paused: boolean): void {
    this.#paused = paused || this.#stalled;
    this.#proceed();
  }

  #push(bytes: number, arrive: () => void): void {
    if (this.#ended) return;
    const item = { bytes, arrive, arrived: false };
    this.#underway.push(item);
    this.#bytes += bytes;
    this.#options.clock.after(this.#travelMs(bytes), () => {
      item.arrived = true;
      this.#proceed();
    });
  }

  /** Until it arrives, behind everything that left before. */
  #travelMs(bytes: number): number {
    const now = this.#options.clock.now();
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, now + this.#options.delayMs(bytes));
    return this.#lastArrivalAt - now;
  }

  /** Hands over what has arrived, for as long as it is taken. */
  readonly #proceed = (): void => {
    while (!this.#paused && this.#underway[0]?.arrived === true) {
      if (this.#options.gate.shut) {
        this.#options.gate.wait(this.#proceed);
        return;
      }
      this.#deliver();
    }
  };

  #deliver(): void {
    const item = this.#underway.shift();
    if (item === undefined) return;
    this.#bytes -= item.bytes;
    item.arrive();
    if (!this.#writerWaits) return;
    this.#writerWaits = false;
    this.writer?.writable();
  }
}
