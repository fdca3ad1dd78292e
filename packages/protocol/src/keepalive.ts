/** When to ping and when a peer is gone (T10). Times in ms, all from the caller. */
export type KeepAliveStep = 'nothing' | 'ping' | 'dead';

export class KeepAlive {
  readonly #keepAliveMs: number;
  readonly #idleTimeoutMs: number;
  #lastHeard: number;
  #lastSent: number;

  constructor(now: number, keepAliveMs: number, idleTimeoutMs: number) {
    this.#keepAliveMs = keepAliveMs;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#lastHeard = now;
    this.#lastSent = now;
  }

  heard(now: number): void {
    this.#lastHeard = now;
  }

  sent(now: number): void {
    this.#lastSent = now;
  }

  /** When `check` has something to say. */
  get deadline(): number {
    return Math.min(this.#lastSent + this.#keepAliveMs, this.#lastHeard + this.#idleTimeoutMs);
  }

  check(now: number): KeepAliveStep {
    if (now >= this.#lastHeard + this.#idleTimeoutMs) return 'dead';
    return now >= this.#lastSent + this.#keepAliveMs ? 'ping' : 'nothing';
  }
}
