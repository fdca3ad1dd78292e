/** Reads a file in ranges, the next one under way while this one is handed out, so that the way there is not waited for each time. */
import type { BlobReader } from '../../files/blobs.ts';

const RANGE_MIN = 64 * 1024;
const RANGE_MAX = 1024 * 1024;
/** Each reader has one range at hand and one under way. */
const RANGES = 2;

/** What all readers of a store hold in memory, shared evenly among them. */
export class ReadMemory {
  readonly #bytes: number;
  #readers = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  begin(): void {
    this.#readers++;
  }

  end(): void {
    this.#readers--;
  }

  /** Of one range. */
  get share(): number {
    const share = Math.floor(this.#bytes / (Math.max(this.#readers, 1) * RANGES));
    return Math.min(Math.max(share, RANGE_MIN), RANGE_MAX);
  }
}

/** Bytes [start, end) of the file. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>;

export class RangeReader implements BlobReader {
  readonly #read: ReadRange;
  readonly #memory: ReadMemory;
  readonly #size: number;
  /** What is at hand, and what of the file it ends at, or is asked for. */
  #ready: Uint8Array = new Uint8Array();
  #asked: number;
  #coming: Promise<Uint8Array> | undefined;
  /** Small at first, so that the beginning is soon there. */
  #range = RANGE_MIN;
  #isOpen = true;

  constructor(read: ReadRange, memory: ReadMemory, size: number, offset: number) {
    this.#read = read;
    this.#memory = memory;
    this.#size = size;
    this.#asked = offset;
    memory.begin();
  }

  async next(maxBytes: number): Promise<Uint8Array> {
    const first = await this.#some(maxBytes);
    if (first.length === maxBytes || first.length === 0) return first;
    const parts = [first];
    let left = maxBytes - first.length;
    while (left > 0) {
      const part = await this.#some(left);
      if (part.length === 0) break;
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 ? first : Buffer.concat(parts);
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#ready = new Uint8Array();
    this.#coming = undefined;
    this.#memory.end();
  }

  /** One byte at least, but at the end. */
  async #some(maxBytes: number): Promise<Uint8Array> {
    if (this.#ready.length === 0) {
      const coming = this.#coming ?? this.#ask();
      // What failed stays: after it would come the bytes of somewhere else.
      this.#coming = coming;
      this.#ready = (await coming) ?? this.#ready;
      this.#coming = undefined;
      if (this.#ready.length > 0 && this.#isOpen) this.#coming = this.#ask();
    }
    const part = this.#ready.subarray(0, maxBytes);
    this.#ready = this.#ready.subarray(part.length);
    return part;
  }

  #ask(): Promise<Uint8Array> | undefined {
    const start = this.#asked;
    const end = Math.min(start + Math.min(this.#range, this.#memory.share), this.#size);
    if (start >= end) return undefined;
    this.#asked = end;
    this.#range *= 2;
    const coming = this.#read(start, end);
    // Told to whoever takes it.
    coming.catch(() => {});
    return coming;
  }
}
