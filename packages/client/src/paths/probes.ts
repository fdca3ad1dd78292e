/** When better paths are asked for [PATH-7] [PATH-10]. */
import { PROBE_CHANGED_MS, PROBE_EVERY_MS, PROBES_AFTER_MS } from './policy.ts';

export class Probes {
  #count = 0;
  #at = Number.POSITIVE_INFINITY;

  /** Infinity: not at all. */
  get at(): number {
    return this.#at;
  }

  get areOff(): boolean {
    return this.#at === Number.POSITIVE_INFINITY;
  }

  /** The client has come to a path. */
  begin(now: number): void {
    this.#count = 0;
    this.again(now);
  }

  again(now: number): void {
    this.#at = now + (PROBES_AFTER_MS[this.#count] ?? PROBE_EVERY_MS);
    this.#count += 1;
  }

  networkChanged(now: number): void {
    this.#count = 0;
    this.#at = now + PROBE_CHANGED_MS;
  }

  /** At once, and then as after coming to a path. */
  now(now: number): void {
    this.#count = 0;
    this.#at = now;
  }

  notLaterThan(times: readonly number[]): void {
    this.#at = Math.min(this.#at, ...times);
  }

  stop(): void {
    this.#at = Number.POSITIVE_INFINITY;
  }
}
