/**
 * How large the flight window is [PACE-2] to [PACE-5]: made larger and smaller by the delay of what is sent.
 *
 * Where it differs from RFC 6817: it grows and shrinks in proportion to the round trip, so that short paths are filled in
 * milliseconds and long ones do not swing; and it empties the queue from time to time, so that what it fills it with is not
 * taken for the path; so no minimum over minutes is needed. `flight-window.test.ts` shows what comes of it on paths of many kinds.
 */
import { type RoundTrip, RoundTrips } from './round-trips.ts';

export interface Arrival extends RoundTrip {
  /** What arrived. */
  bytes: number;
  /** The window was filled since the piece left. */
  isFilled: boolean;
  /** What is on its way still. */
  leftBytes: number;
}

export class WindowControl {
  readonly #recent = new RoundTrips();
  /** The least round trip, until it is measured anew. */
  #baseMs = Number.POSITIVE_INFINITY;
  #maxBytes = WINDOW_LEAST_BYTES;
  #windowBytes = WINDOW_LEAST_BYTES;
  #phase: Phase = START;
  /** When a round trip was last near the least one. */
  #nearBaseMs = Number.NEGATIVE_INFINITY;

  constructor(maxBytes: number) {
    this.limit(maxBytes);
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  get pieceBytes(): number {
    const eighth = Math.floor(this.#windowBytes / 8);
    return Math.min(PIECE_MOST_BYTES, Math.max(PIECE_LEAST_BYTES, eighth - (eighth % 1024)));
  }

  limit(maxBytes: number): void {
    this.#maxBytes = Math.max(WINDOW_LEAST_BYTES, maxBytes);
    this.#setWindow(this.#windowBytes);
  }

  roundTrip(arrival: Arrival): void {
    this.#baseMs = Math.min(this.#baseMs, arrival.ms);
    this.#recent.add(arrival);
    if (arrival.ms <= this.#baseMs + this.#nearMs) this.#nearBaseMs = arrival.atMs;
    const phase = this.#phase;
    switch (phase.kind) {
      case 'start':
        this.#start(phase, arrival);
        break;
      case 'steady':
        this.#steer(arrival);
        if (arrival.atMs - this.#nearBaseMs >= DRAIN_AFTER_MS) this.#drain(arrival.atMs);
        break;
      case 'drain':
        this.#drained(phase, arrival);
        break;
    }
  }

  /** After a silence: what the path bears by now is not known. */
  restart(nowMs: number): void {
    this.#setWindow(WINDOW_LEAST_BYTES);
    this.#phase = START;
    this.#recent.clear();
    this.#nearBaseMs = nowMs;
  }

  /** Nothing that was measured counts. */
  forgetTimes(nowMs: number): void {
    this.#baseMs = Number.POSITIVE_INFINITY;
    this.#recent.clear();
    this.#nearBaseMs = nowMs;
  }

  /** What may wait in queues. */
  get #targetMs(): number {
    return Math.min(TARGET_MOST_MS, Math.max(TARGET_LEAST_MS, this.#baseMs / 8));
  }

  /** Round trips that differ by less are the same. */
  get #nearMs(): number {
    return Math.min(this.#targetMs / 2, Math.max(NEAR_LEAST_MS, this.#baseMs / 16));
  }

  #start({ untilBytes }: Phase & { kind: 'start' }, { bytes, isFilled }: Arrival): void {
    const least = this.#recent.leastOf(this.#windowBytes < START_NARROW_BYTES ? 1 : START_SAMPLES);
    if (least !== undefined && least.ms - this.#baseMs > this.#targetMs / 2) {
      this.#aim(least);
      this.#phase = STEADY;
    } else {
      if (isFilled) this.#setWindow(this.#windowBytes + bytes);
      if (this.#windowBytes >= untilBytes) this.#phase = STEADY;
    }
  }

  /** By the proportion of the missing, or excessive, delay to the round trip: what would close the gap at once, slowed down. */
  #steer({ bytes, isFilled }: Arrival): void {
    const least = this.#recent.least;
    if (least === undefined) return;
    const queueMs = least.ms - this.#baseMs;
    const gap = (this.#targetMs - queueMs) / Math.max(1, least.ms);
    if (gap >= 0) {
      const factor = Math.max(GROW * gap, GROW_LEAST * (1 - (2 * queueMs) / this.#targetMs));
      if (isFilled) this.#setWindow(this.#windowBytes + bytes * Math.min(1, factor));
    } else {
      this.#setWindow(this.#windowBytes + bytes * SHRINK * gap);
    }
  }

  /** At the window that would have had the target's delay, as far as a round trip tells. */
  #aim({ ms, flightBytes }: RoundTrip): void {
    const aimed = flightBytes * ((this.#baseMs + this.#targetMs) / Math.max(1, ms));
    this.#setWindow(Math.min(this.#windowBytes, aimed));
  }

  /** The queue is to run empty [PACE-4]. */
  #drain(nowMs: number): void {
    const ms = this.#recent.least?.ms ?? this.#baseMs;
    const resumeBytes = this.#windowBytes;
    this.#phase = {
      kind: 'drain',
      resumeBytes,
      emptyMs: undefined,
      leastMs: Number.POSITIVE_INFINITY,
      count: 0,
    };
    this.#setWindow(resumeBytes * Math.min(0.5, (0.75 * this.#baseMs) / Math.max(1, ms)));
    this.#nearBaseMs = nowMs;
  }

  #drained(phase: Phase & { kind: 'drain' }, { ms, atMs, leftBytes }: Arrival): void {
    if (phase.emptyMs === undefined) {
      if (leftBytes <= this.#windowBytes) phase.emptyMs = atMs;
      return;
    }
    if (atMs - ms < phase.emptyMs) return;
    phase.leastMs = Math.min(phase.leastMs, ms);
    phase.count += 1;
    if (phase.count < DRAIN_SAMPLES) return;
    const isLonger = phase.leastMs > this.#baseMs + this.#nearMs;
    this.forgetTimes(atMs);
    this.#baseMs = phase.leastMs;
    this.#phase = isLonger ? START : { kind: 'start', untilBytes: phase.resumeBytes };
  }

  #setWindow(bytes: number): void {
    this.#windowBytes = Math.min(this.#maxBytes, Math.max(WINDOW_LEAST_BYTES, bytes));
  }
}

type Phase =
  /** Doubles every round trip [PACE-3]. */
  | { kind: 'start'; untilBytes: number }
  | { kind: 'steady' }
  /** `emptyMs`: since when no more is on its way than the lesser window; `leastMs`: of `count` round trips since. */
  | { kind: 'drain'; resumeBytes: number; emptyMs: number | undefined; leastMs: number; count: number };

export const WINDOW_LEAST_BYTES = 8 * 1024;
export const WINDOW_MOST_BYTES = 1024 * 1024;
const PIECE_LEAST_BYTES = 4 * 1024;
const PIECE_MOST_BYTES = 64 * 1024;
const START: Phase = { kind: 'start', untilBytes: Number.POSITIVE_INFINITY };
const STEADY: Phase = { kind: 'steady' };
/** An eighth of the least round trip, between these. */
const TARGET_LEAST_MS = 20;
const TARGET_MOST_MS = 40;
/** Which part of the gap a round trip closes. */
const GROW = 0.3;
const SHRINK = 0.5;
/** By which a round trip makes the window larger at least while nothing waits: paths of long round trips. */
const GROW_LEAST = 0.1;
const NEAR_LEAST_MS = 3;
const DRAIN_AFTER_MS = 10_000;
const DRAIN_SAMPLES = 2;
/** Of which the least ends slow start; while few pieces make a window one does, or it would double again before the next came. */
const START_SAMPLES = 3;
const START_NARROW_BYTES = 32 * 1024;
