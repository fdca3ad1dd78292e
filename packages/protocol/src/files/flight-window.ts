import { BaseDelay } from './base-delay.ts';

/**
 * What one connection has on its way, over all its transfers in one direction: as much as keeps the path busy, and little
 * that waits on it, so that a chat frame behind it is hardly later than one alone [PACE-1]. Pure.
 *
 * Where it differs from RFC 6817: it grows and shrinks in proportion to the round trip, so that short paths are filled in
 * milliseconds and long ones do not swing; and it empties the queue from time to time, so that what it fills it with is not
 * taken for the path.
 */
export class FlightWindow {
  readonly #base = new BaseDelay();
  #maxBytes: number;
  #windowBytes = WINDOW_LEAST_BYTES;
  #flightBytes = 0;
  #phase: Phase = { kind: 'start', untilBytes: Number.POSITIVE_INFINITY };
  /** The last ones, in ms: the least of them counts. */
  #samples: number[] = [];
  #lastMs = Number.NEGATIVE_INFINITY;
  /** When the window was last filled. */
  #fullAtMs = Number.NEGATIVE_INFINITY;
  /** When a round trip was last near the least one. */
  #nearBaseMs = Number.NEGATIVE_INFINITY;
  /** What left before this was sent by another window and says nothing against the present one. */
  #judgeFromMs = Number.NEGATIVE_INFINITY;

  constructor({ maxBytes = WINDOW_MOST_BYTES }: { maxBytes?: number } = {}) {
    this.#maxBytes = Math.max(WINDOW_LEAST_BYTES, maxBytes);
  }

  /** At most this much from here on; never less than 8 KiB. */
  limit(maxBytes: number): void {
    this.#maxBytes = Math.max(WINDOW_LEAST_BYTES, maxBytes);
    this.#setWindow(this.#windowBytes);
  }

  /** What may be on its way at present. */
  get windowBytes(): number {
    return this.#windowBytes;
  }

  /** What is on its way. */
  get flightBytes(): number {
    return this.#flightBytes;
  }

  /** What may leave now. */
  get roomBytes(): number {
    return Math.max(0, this.#windowBytes - this.#flightBytes);
  }

  /** How long the next piece is to be at most [PACE-5]. */
  get pieceBytes(): number {
    const eighth = Math.floor(this.#windowBytes / 8);
    return Math.min(PIECE_MOST_BYTES, Math.max(PIECE_LEAST_BYTES, eighth - (eighth % 1024)));
  }

  sent(bytes: number, nowMs: number): void {
    this.#watchClock(nowMs);
    if (this.#flightBytes === 0 && nowMs - this.#lastMs >= SILENCE_MS) this.#restart(nowMs);
    this.#lastMs = nowMs;
    this.#flightBytes += bytes;
    if (this.#flightBytes + this.pieceBytes > this.#windowBytes) this.#fullAtMs = nowMs;
  }

  /** The peer has them; the last of them left at `sentAtMs`. */
  arrived(bytes: number, sentAtMs: number, nowMs: number): void {
    this.#watchClock(nowMs);
    this.#lastMs = nowMs;
    // What was sent before the window shrank does not move it by more than a window each round trip.
    const share = Math.min(1, this.#windowBytes / Math.max(1, this.#flightBytes));
    this.#flightBytes = Math.max(0, this.#flightBytes - bytes);
    const sampleMs = nowMs - sentAtMs;
    if (sampleMs < 0 || sampleMs > SAMPLE_MOST_MS) return;
    this.#measure(sampleMs, nowMs);
    this.#adjust(bytes * share, sentAtMs, nowMs);
  }

  /** Nothing will be heard of them: their transfer ended, or goes back. */
  forgotten(bytes: number): void {
    this.#flightBytes = Math.max(0, this.#flightBytes - bytes);
  }

  #measure(sampleMs: number, nowMs: number): void {
    this.#base.add(sampleMs, nowMs);
    this.#samples.push(sampleMs);
    if (this.#samples.length > FILTER_SAMPLES) this.#samples.shift();
    if (sampleMs <= (this.#base.ms ?? sampleMs) + NEAR_MS) this.#nearBaseMs = nowMs;
  }

  #adjust(bytes: number, sentAtMs: number, nowMs: number): void {
    const baseMs = this.#base.ms ?? 0;
    const queueMs = Math.max(0, Math.min(...this.#samples) - baseMs);
    const phase = this.#phase;
    switch (phase.kind) {
      case 'start':
        if (queueMs > TARGET_MS / 2) this.#leaveStart(baseMs, queueMs, nowMs);
        else if (this.#fullAtMs >= sentAtMs) this.#setWindow(this.#windowBytes + bytes);
        if (this.#windowBytes >= phase.untilBytes) this.#phase = STEADY;
        break;
      case 'steady':
        this.#steer(bytes, baseMs, queueMs, sentAtMs);
        if (nowMs - this.#nearBaseMs >= DRAIN_AFTER_MS) this.#drain(nowMs);
        break;
      case 'drain':
        this.#drained(phase, sentAtMs, nowMs);
        break;
    }
  }

  /** By the proportion of the missing, or excessive, delay to the round trip: what would close the gap at once, slowed down. */
  #steer(bytes: number, baseMs: number, queueMs: number, sentAtMs: number): void {
    const gap = (TARGET_MS - queueMs) / Math.max(1, baseMs + queueMs);
    if (gap >= 0) {
      if (this.#fullAtMs >= sentAtMs) this.#setWindow(this.#windowBytes + bytes * Math.min(1, GROW * gap));
    } else if (sentAtMs >= this.#judgeFromMs) {
      this.#setWindow(this.#windowBytes + bytes * Math.max(-0.5, SHRINK * gap));
    }
  }

  /** What was measured comes from a window half as large; it says which one has the target's delay. */
  #leaveStart(baseMs: number, queueMs: number, nowMs: number): void {
    this.#setWindow(
      (this.#windowBytes / 2) * Math.min(1, (baseMs + TARGET_MS) / Math.max(1, baseMs + queueMs)),
    );
    this.#judgeFromMs = nowMs;
    this.#phase = STEADY;
  }

  /** The queue runs empty [PACE-4]. */
  #drain(nowMs: number): void {
    this.#phase = {
      kind: 'drain',
      resumeBytes: this.#windowBytes,
      emptyMs: undefined,
      leastMs: undefined,
      count: 0,
    };
    this.#setWindow(this.#windowBytes / 2);
    this.#nearBaseMs = nowMs;
  }

  #drained(phase: Phase & { kind: 'drain' }, sentAtMs: number, nowMs: number): void {
    if (phase.emptyMs === undefined) {
      if (this.#flightBytes <= this.#windowBytes) phase.emptyMs = nowMs;
      return;
    }
    if (sentAtMs < phase.emptyMs) return;
    phase.leastMs = Math.min(phase.leastMs ?? Number.POSITIVE_INFINITY, nowMs - sentAtMs);
    phase.count += 1;
    if (phase.count < DRAIN_SAMPLES) return;
    const isLonger = phase.leastMs > (this.#base.ms ?? 0) + NEAR_MS;
    this.#base.clear();
    this.#base.add(phase.leastMs, nowMs);
    this.#samples = [phase.leastMs];
    this.#nearBaseMs = nowMs;
    this.#phase = { kind: 'start', untilBytes: isLonger ? Number.POSITIVE_INFINITY : phase.resumeBytes };
  }

  #restart(nowMs: number): void {
    this.#windowBytes = WINDOW_LEAST_BYTES;
    this.#phase = { kind: 'start', untilBytes: Number.POSITIVE_INFINITY };
    this.#samples = [];
    this.#nearBaseMs = nowMs;
  }

  /** A clock that went back makes nonsense of what was measured [PACE-7]. */
  #watchClock(nowMs: number): void {
    if (nowMs >= this.#lastMs) return;
    this.#base.clear();
    this.#samples = [];
    this.#lastMs = nowMs;
    this.#fullAtMs = nowMs;
    this.#nearBaseMs = nowMs;
    this.#judgeFromMs = Number.NEGATIVE_INFINITY;
  }

  #setWindow(bytes: number): void {
    this.#windowBytes = Math.min(this.#maxBytes, Math.max(WINDOW_LEAST_BYTES, bytes));
  }
}

type Phase =
  /** Doubles every round trip [PACE-3]. */
  | { kind: 'start'; untilBytes: number }
  | { kind: 'steady' }
  /** `emptyMs`: since when no more is on its way than the halved window; `leastMs`: of `count` round trips since. */
  | {
      kind: 'drain';
      resumeBytes: number;
      emptyMs: number | undefined;
      leastMs: number | undefined;
      count: number;
    };

export const WINDOW_LEAST_BYTES = 8 * 1024;
export const WINDOW_MOST_BYTES = 1024 * 1024;
const PIECE_LEAST_BYTES = 4 * 1024;
const PIECE_MOST_BYTES = 64 * 1024;
const STEADY: Phase = { kind: 'steady' };
/** What may wait in queues. */
const TARGET_MS = 20;
/** Which part of the gap a round trip closes. */
const GROW = 0.3;
const SHRINK = 0.5;
const FILTER_SAMPLES = 4;
/** Round trips that differ by less are the same. */
const NEAR_MS = 3;
const SILENCE_MS = 1_000;
const DRAIN_AFTER_MS = 10_000;
const DRAIN_SAMPLES = 2;
/** Longer round trips are those of a machine that slept. */
const SAMPLE_MOST_MS = 60_000;
