import type { ByteWriter } from '../wire/bytes.ts';

/**
 * The bytes of a lane that are not yet acknowledged, as the runs that were enqueued: shared with other connections, so
 * never copied and never changed. Offsets count from the lane's first byte. An empty one holds no memory but itself.
 */
export class RunQueue {
  #runs: (Uint8Array | undefined)[] = NO_RUNS;
  /** Where each run begins. */
  #starts: number[] = NO_STARTS;
  #first = 0;
  #end = 0;

  /** Offset of the next byte to be enqueued. */
  get end(): number {
    return this.#end;
  }

  get count(): number {
    return this.#runs.length - this.#first;
  }

  push(run: Uint8Array): void {
    if (this.#runs === NO_RUNS) {
      this.#runs = [run];
      this.#starts = [this.#end];
    } else {
      this.#runs.push(run);
      this.#starts.push(this.#end);
    }
    this.#end += run.length;
  }

  /** Copies bytes that were not released. */
  copy(writer: ByteWriter, start: number, end: number): void {
    let at = start;
    for (let index = this.#find(start); at < end; index++) {
      const run = this.#runs[index];
      const runStart = this.#starts[index];
      if (run === undefined || runStart === undefined) throw new Error(`bytes ${at} to ${end} are gone`);
      const runEnd = Math.min(end, runStart + run.length);
      const whole = at === runStart && runEnd === runStart + run.length;
      writer.bytes(whole ? run : run.subarray(at - runStart, runEnd - runStart));
      at = runEnd;
    }
  }

  /** Lets go of runs that end at `offset` or before; returns how many. */
  release(offset: number): number {
    const before = this.#first;
    for (let run = this.#runs[this.#first]; run !== undefined; run = this.#runs[this.#first]) {
      if ((this.#starts[this.#first] ?? 0) + run.length > offset) break;
      this.#runs[this.#first] = undefined;
      this.#first += 1;
    }
    const released = this.#first - before;
    if (this.#first === this.#runs.length) {
      this.#runs = NO_RUNS;
      this.#starts = NO_STARTS;
      this.#first = 0;
    } else if (this.#first >= COMPACT_AT_RUNS && 2 * this.#first > this.#runs.length) {
      this.#compact();
    }
    return released;
  }

  /** Index of the run that holds the byte at `offset`. */
  #find(offset: number): number {
    let low = this.#first;
    for (let high = this.#runs.length - 1; low < high; ) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** A queue that is never quite empty must not grow for ever. */
  #compact(): void {
    this.#runs = this.#runs.slice(this.#first);
    this.#starts = this.#starts.slice(this.#first);
    this.#first = 0;
  }
}

const NO_RUNS: (Uint8Array | undefined)[] = [];
const NO_STARTS: number[] = [];
const COMPACT_AT_RUNS = 1024;
