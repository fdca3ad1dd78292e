import { WINDOW_MOST_BYTES, WindowControl } from './window-control.ts';

/**
 * What one connection has on its way, over all its transfers in one direction: as much as keeps the path busy, and little
 * that waits on it, so that a chat frame behind it is hardly later than one alone [PACE-1]. Pure.
 */
export class FlightWindow {
  readonly #control: WindowControl;
  #flightBytes = 0;
  /** What was on its way when pieces had left, oldest first; at most as many as are on their way. */
  #departures: { sentAtMs: number; flightBytes: number }[] = [];
  /** Of these it is not known when they left: the clock was set back meanwhile. */
  #untimedBytes = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  /** When the window was last filled. */
  #fullAtMs = Number.NEGATIVE_INFINITY;

  constructor({ maxBytes = WINDOW_MOST_BYTES }: { maxBytes?: number } = {}) {
    this.#control = new WindowControl(maxBytes);
  }

  /** At most this much from here on; never less than 8 KiB. */
  limit(maxBytes: number): void {
    this.#control.limit(maxBytes);
  }

  /** What may be on its way at present. */
  get windowBytes(): number {
    return this.#control.windowBytes;
  }

  /** What is on its way. */
  get flightBytes(): number {
    return this.#flightBytes;
  }

  /** What may leave now. */
  get roomBytes(): number {
    return Math.max(0, this.windowBytes - this.#flightBytes);
  }

  /** How long the next piece is to be at most [PACE-5]. */
  get pieceBytes(): number {
    return this.#control.pieceBytes;
  }

  sent(bytes: number, nowMs: number): void {
    this.#watchClock(nowMs);
    if (this.#flightBytes === 0 && nowMs - this.#lastMs >= SILENCE_MS) this.#control.restart(nowMs);
    this.#lastMs = nowMs;
    this.#flightBytes += bytes;
    this.#departures.push({ sentAtMs: nowMs, flightBytes: this.#flightBytes });
    if (this.#flightBytes + this.pieceBytes > this.windowBytes) this.#fullAtMs = nowMs;
  }

  /** The peer has them; the last of them left at `sentAtMs`. */
  arrived(bytes: number, sentAtMs: number, nowMs: number): void {
    this.#watchClock(nowMs);
    this.#lastMs = nowMs;
    const isTimed = this.#untimedBytes === 0;
    this.forgotten(bytes);
    const flightBytes = this.#departed(sentAtMs);
    const ms = nowMs - sentAtMs;
    if (!isTimed || ms < 0 || ms > ROUND_TRIP_MOST_MS) return;
    this.#control.roundTrip({
      ms,
      atMs: nowMs,
      flightBytes,
      bytes,
      isFilled: this.#fullAtMs >= sentAtMs,
      leftBytes: this.#flightBytes,
    });
  }

  /** Nothing will be heard of them: their transfer ended, or goes back. */
  forgotten(bytes: number): void {
    this.#flightBytes = Math.max(0, this.#flightBytes - bytes);
    this.#untimedBytes = Math.max(0, this.#untimedBytes - bytes);
    if (this.#flightBytes === 0) this.#departures = [];
  }

  /** What was on its way then. */
  #departed(sentAtMs: number): number {
    let count = 0;
    let flightBytes = this.windowBytes;
    for (const departure of this.#departures) {
      if (departure.sentAtMs > sentAtMs) break;
      flightBytes = departure.flightBytes;
      count += 1;
    }
    if (count > 0) this.#departures.splice(0, count);
    return flightBytes;
  }

  /** A clock that went back makes nonsense of what was measured, and of what is on its way [PACE-7]. */
  #watchClock(nowMs: number): void {
    if (nowMs >= this.#lastMs) return;
    this.#departures = [];
    this.#untimedBytes = this.#flightBytes;
    this.#lastMs = nowMs;
    this.#fullAtMs = nowMs;
    this.#control.forgetTimes(nowMs);
  }
}

const SILENCE_MS = 1_000;
/** Longer round trips are those of a machine that slept. */
const ROUND_TRIP_MOST_MS = 60_000;
