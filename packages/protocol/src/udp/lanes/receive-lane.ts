import { FrameReader, type Lane } from '../../frame.ts';
import { LANE_CREDIT_BYTES, LANE_CREDIT_MAX_BYTES } from '../constants.ts';
import { Credit } from './credit.ts';
import { RangeSet } from './range-set.ts';

/**
 * Puts one lane's bytes in order and cuts them into frames [CREDIT-2]. What is out of order is copied into pages, so
 * that no small piece keeps a whole packet in memory, and pieces that touch become one.
 */
export class ReceiveLane {
  readonly lane: Lane;
  readonly credit: Credit;
  readonly reader = new FrameReader();
  /** Bytes that arrived out of order. */
  readonly #held = new RangeSet();
  #pages: Map<number, Uint8Array> | undefined;
  #read = 0;
  #highest = 0;

  constructor(lane: Lane, now: number) {
    this.lane = lane;
    this.credit = new Credit(now, LANE_CREDIT_BYTES, LANE_CREDIT_MAX_BYTES);
  }

  /** Everything before it went to the reader. */
  get read(): number {
    return this.#read;
  }

  /** Everything that came is before it. */
  get highest(): number {
    return this.#highest;
  }

  /** Pieces that wait for what is before them. */
  get pieces(): number {
    return this.#held.count;
  }

  get pageBytes(): number {
    return (this.#pages?.size ?? 0) * PAGE_BYTES;
  }

  /** Whether bytes from `start` to before `end` would be one more piece. */
  splits(start: number, end: number): boolean {
    if (start <= this.#read) return false;
    const next = this.#held.endingFrom(start);
    return !(this.#held.start(next) <= end);
  }

  /**
   * Takes bytes, which must be within the credit; `each` gets the frames that they complete. Returns whether any byte
   * was new. What FrameReader throws passes through.
   */
  receive(offset: number, bytes: Uint8Array, each: (frame: Uint8Array) => void): boolean {
    const end = offset + bytes.length;
    if (end <= this.#read) return false;
    this.#highest = Math.max(this.#highest, end);
    if (offset > this.#read) return this.#hold(offset, bytes);
    if (this.#held.empty) {
      const fresh = bytes.subarray(this.#read - offset);
      this.#read = end;
      this.reader.push(fresh, each);
      return true;
    }
    this.#hold(this.#read, bytes.subarray(this.#read - offset));
    this.#release(each);
    return true;
  }

  /** The first bytes count: what is held already stays. */
  #hold(offset: number, bytes: Uint8Array): boolean {
    const end = offset + bytes.length;
    let from = offset;
    let fresh = false;
    for (let index = this.#held.endingFrom(from + 1); from < end; index++) {
      const to = Math.min(end, index < this.#held.count ? this.#held.start(index) : end);
      if (from < to) {
        this.#store(from, bytes.subarray(from - offset, to - offset));
        fresh = true;
      }
      from = index < this.#held.count ? this.#held.end(index) : end;
    }
    this.#held.add(offset, end);
    return fresh;
  }

  #store(offset: number, bytes: Uint8Array): void {
    this.#pages ??= new Map();
    for (let at = 0; at < bytes.length; ) {
      const number = Math.floor((offset + at) / PAGE_BYTES);
      const inPage = (offset + at) % PAGE_BYTES;
      const length = Math.min(bytes.length - at, PAGE_BYTES - inPage);
      let page = this.#pages.get(number);
      if (page === undefined) {
        page = new Uint8Array(PAGE_BYTES);
        this.#pages.set(number, page);
      }
      page.set(bytes.subarray(at, at + length), inPage);
      at += length;
    }
  }

  /** Hands on what has become continuous. */
  #release(each: (frame: Uint8Array) => void): void {
    const end = this.#held.end(0);
    this.#held.remove(this.#read, end);
    while (this.#read < end) {
      const number = Math.floor(this.#read / PAGE_BYTES);
      const inPage = this.#read % PAGE_BYTES;
      const length = Math.min(end - this.#read, PAGE_BYTES - inPage);
      const page = this.#pages?.get(number);
      if (page === undefined) throw new Error(`byte ${this.#read} of lane ${this.lane} is not held`);
      this.#read += length;
      if (inPage + length === PAGE_BYTES) this.#pages?.delete(number);
      this.reader.push(page.subarray(inPage, inPage + length), each);
    }
    if (this.#held.empty) this.#pages = undefined;
  }
}

/** About one packet: a lone piece costs at most this. */
export const PAGE_BYTES = 2_048;
