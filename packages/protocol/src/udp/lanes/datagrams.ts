import { DATAGRAMS_WAITING_MAX } from '../tuning.ts';

/** Unreliable frames on their way out [CREDIT-5]. */
export class Datagrams {
  #waiting: Uint8Array[] = NONE;
  #bytes = 0;
  #dropped = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** How many never left. */
  get dropped(): number {
    return this.#dropped;
  }

  get count(): number {
    return this.#waiting.length;
  }

  push(frame: Uint8Array): void {
    if (this.#waiting === NONE) this.#waiting = [frame];
    else this.#waiting.push(frame);
    this.#bytes += frame.length;
    if (this.#waiting.length > DATAGRAMS_WAITING_MAX) this.drop();
  }

  /** The one that leaves next. */
  get first(): Uint8Array | undefined {
    return this.#waiting[0];
  }

  shift(): void {
    this.#bytes -= this.#waiting.shift()?.length ?? 0;
    if (this.#waiting.length === 0) this.#waiting = NONE;
  }

  drop(): void {
    this.shift();
    this.#dropped += 1;
  }
}

const NONE: Uint8Array[] = [];
