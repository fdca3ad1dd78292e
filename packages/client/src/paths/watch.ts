/** Whether a connection is silent, and when to ask its peer for a sign of life [PATH-4]. Pure. */
import {
  ACTIVE_MS,
  ASK_ACTIVE_MS,
  ASK_IDLE_MS,
  ROUND_TRIPS_KEPT,
  SILENT_MS,
  SILENT_ROUND_TRIPS_MAX_MS,
} from './policy.ts';

export class Watch {
  #heardAt: number;
  #activeUntil: number;
  /** Since when an answer is missing and nothing has been heard. */
  #waitingSince: number | undefined;
  /** Whether the peer, which may be busy with what it was asked, has been asked for a sign of life as well. */
  #hasAsked = false;
  #silentAfterMs = SILENT_MS;
  readonly #roundTrips: number[] = [];
  #isSilent = false;

  constructor(now: number) {
    this.#heardAt = now;
    this.#activeUntil = now + ACTIVE_MS;
  }

  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** The last one that was measured. */
  get roundTripMs(): number | undefined {
    return this.#roundTrips.at(-1);
  }

  /** When `advance` has something to say, were nothing to happen. Infinity while it is silent. */
  get deadline(): number {
    if (this.#isSilent) return Number.POSITIVE_INFINITY;
    if (this.#waitingSince !== undefined)
      return this.#waitingSince + (this.#hasAsked ? this.#silentAfterMs : this.#silentAfterMs / 2);
    const isActive = this.#heardAt < this.#activeUntil;
    return this.#heardAt + (isActive ? ASK_ACTIVE_MS : ASK_IDLE_MS);
  }

  /** Something was sent that is to be answered. */
  sent(now: number): void {
    this.#waitingSince ??= now;
  }

  /** Anything was heard; `waits` where answers are still missing. Returns whether that ends a silence. */
  heard(now: number, waits: boolean): boolean {
    const wasSilent = this.#isSilent;
    this.#heardAt = now;
    this.#waitingSince = waits ? now : undefined;
    this.#hasAsked = false;
    this.#isSilent = false;
    return wasSilent;
  }

  /** A message came or went. */
  active(now: number): void {
    this.#activeUntil = now + ACTIVE_MS;
  }

  /** One that took in a pause of the path says how long that was, so the least of the last few counts. */
  roundTrip(milliseconds: number): void {
    this.#roundTrips.push(milliseconds);
    if (this.#roundTrips.length > ROUND_TRIPS_KEPT) this.#roundTrips.shift();
    this.#silentAfterMs = SILENT_MS + Math.min(SILENT_ROUND_TRIPS_MAX_MS, 2 * Math.min(...this.#roundTrips));
  }

  /** A timer came late, so that what was waited for had no chance to be heard: it is asked anew. */
  woke(now: number): 'ask' {
    this.#waitingSince = now;
    this.#hasAsked = true;
    return 'ask';
  }

  /** Call at `deadline`: whether to ask, or that the silence has begun. */
  advance(now: number): 'nothing' | 'ask' | 'silent' {
    if (now < this.deadline) return 'nothing';
    if (this.#waitingSince !== undefined && this.#hasAsked) {
      this.#isSilent = true;
      return 'silent';
    }
    this.#hasAsked = this.#waitingSince !== undefined;
    return 'ask';
  }
}
