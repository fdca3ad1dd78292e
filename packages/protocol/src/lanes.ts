/**
 * Lanes on one byte stream [LANE-1]: control before chat before files. Whatever the transport has already taken cannot
 * be overtaken, so a file chunk is handed out only when nothing else waits and no other file chunk is unwritten [LANE-2].
 */
import { CHAT_LANE, CONTROL_LANE, type Lane } from './frame.ts';

export class LaneScheduler {
  readonly #control = new RunQueue();
  readonly #chat = new RunQueue();
  /** Lanes with something to send, in the order of their next turn. */
  #files: Map<Lane, RunQueue> | undefined;
  #bytes = 0;
  #runs = 0;

  /** Bytes that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Calls to `enqueue` whose frames wait here: what they cost beside their bytes. */
  get runs(): number {
    return this.#runs;
  }

  /** Takes a run of whole frames; the bytes may be shared with other connections and are never changed. */
  enqueue(lane: Lane, frames: Uint8Array): void {
    if (frames.length === 0) return;
    this.#bytes += frames.length;
    this.#runs += 1;
    this.#queue(lane).push(frames);
  }

  /**
   * The next run to write, as it was enqueued; undefined when nothing may go now or the run is longer than `maxBytes`.
   * `unwrittenBytes` is what was taken from here earlier and the transport could not yet hand to the kernel.
   */
  next(unwrittenBytes: number, maxBytes = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    if (this.#runs === 0) return undefined;
    const urgent = this.#control.empty ? this.#chat : this.#control;
    if (!urgent.empty) return this.#take(urgent, maxBytes);
    if (unwrittenBytes > 0 || this.#files === undefined) return undefined;
    const [lane, queue] = this.#files.entries().next().value ?? [];
    if (lane === undefined || queue === undefined) return undefined;
    const frames = this.#take(queue, maxBytes);
    if (frames === undefined) return undefined;
    this.#files.delete(lane);
    if (!queue.empty) this.#files.set(lane, queue);
    return frames;
  }

  clear(): void {
    this.#control.clear();
    this.#chat.clear();
    this.#files = undefined;
    this.#bytes = 0;
    this.#runs = 0;
  }

  #queue(lane: Lane): RunQueue {
    if (lane === CONTROL_LANE) return this.#control;
    if (lane === CHAT_LANE) return this.#chat;
    this.#files ??= new Map();
    let queue = this.#files.get(lane);
    if (queue === undefined) {
      queue = new RunQueue();
      this.#files.set(lane, queue);
    }
    return queue;
  }

  #take(queue: RunQueue, maxBytes: number): Uint8Array | undefined {
    const frames = queue.shift(maxBytes);
    if (frames === undefined) return undefined;
    this.#bytes -= frames.length;
    this.#runs -= 1;
    return frames;
  }
}

/** First in, first out, without moving the rest at each step; an empty one holds no memory but itself. */
export class RunQueue {
  #runs: (Uint8Array | undefined)[] = NONE;
  #first = 0;

  get empty(): boolean {
    return this.#first === this.#runs.length;
  }

  push(run: Uint8Array): void {
    if (this.#runs === NONE) this.#runs = [run];
    else this.#runs.push(run);
  }

  /** The first run, unless it is longer than `maxBytes`. */
  shift(maxBytes: number): Uint8Array | undefined {
    const run = this.#runs[this.#first];
    if (run === undefined || run.length > maxBytes) return undefined;
    this.#runs[this.#first] = undefined;
    this.#first += 1;
    if (this.empty) this.clear();
    else if (this.#first >= COMPACT_AT_RUNS && 2 * this.#first > this.#runs.length) this.#compact();
    return run;
  }

  clear(): void {
    this.#runs = NONE;
    this.#first = 0;
  }

  /** A queue that is never quite empty must not grow for ever. */
  #compact(): void {
    this.#runs = this.#runs.slice(this.#first);
    this.#first = 0;
  }
}

const NONE: (Uint8Array | undefined)[] = [];
const COMPACT_AT_RUNS = 1024;
