/**
 * Lanes on one byte stream [LANE-1]: control before chat before files. Whatever the transport has already taken cannot
 * be overtaken, so a file chunk is handed out only when nothing else waits and no other file chunk is unwritten [LANE-2].
 */
import { FIRST_FILE_LANE, type Lane } from './frame.ts';

export class LaneScheduler {
  #urgent: Queue[] = [new Queue(), new Queue()];
  #files = new Map<Lane, Queue>();
  #bytes = 0;

  /** Bytes that wait here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes whole frames; the bytes may be shared with other connections and are never changed. */
  enqueue(lane: Lane, frames: Uint8Array): void {
    this.#bytes += frames.length;
    const urgent = this.#urgent[lane];
    if (lane < FIRST_FILE_LANE && urgent !== undefined) return urgent.push(frames);
    let queue = this.#files.get(lane);
    if (queue === undefined) this.#files.set(lane, (queue = new Queue()));
    queue.push(frames);
  }

  /**
   * The next frames to write, whole. `unwrittenBytes` is what the transport took from here earlier and could not yet
   * hand to the kernel.
   */
  next(unwrittenBytes: number): Uint8Array | undefined {
    for (const queue of this.#urgent) {
      const frames = queue.shift();
      if (frames !== undefined) return this.#taken(frames);
    }
    if (unwrittenBytes > 0) return undefined;
    const [lane, queue] = this.#files.entries().next().value ?? [];
    if (lane === undefined || queue === undefined) return undefined;
    const frames = queue.shift();
    this.#files.delete(lane);
    if (!queue.empty) this.#files.set(lane, queue);
    return frames === undefined ? undefined : this.#taken(frames);
  }

  clear(): void {
    this.#urgent = [new Queue(), new Queue()];
    this.#files.clear();
    this.#bytes = 0;
  }

  #taken(frames: Uint8Array): Uint8Array {
    this.#bytes -= frames.length;
    return frames;
  }
}

/** First in, first out, without moving the rest at each step. */
class Queue {
  #items: (Uint8Array | undefined)[] = [];
  #first = 0;

  get empty(): boolean {
    return this.#first === this.#items.length;
  }

  push(item: Uint8Array): void {
    this.#items.push(item);
  }

  shift(): Uint8Array | undefined {
    if (this.empty) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.empty) {
      this.#items = [];
      this.#first = 0;
    }
    return item;
  }
}
