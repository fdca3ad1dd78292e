/** What a peer may send on one lane, or on all together [CREDIT-3]. */
export class Credit {
  #limit: number;
  #window: number;
  readonly #windowMax: number;
  #grantedAt: number;

  constructor(now: number, window: number, windowMax: number) {
    this.#limit = window;
    this.#window = window;
    this.#windowMax = windowMax;
    this.#grantedAt = now;
  }

  /** The peer may send bytes before this one. */
  get limit(): number {
    return this.#limit;
  }

  /** Whether half of what was granted is used. */
  due(used: number): boolean {
    return this.#limit - used <= this.#window / 2;
  }

  /** The limit to tell the peer, given that it used `used`: higher, if it is due. */
  grant(now: number, smoothedMs: number, used: number): number {
    if (!this.due(used)) return this.#limit;
    if (now - this.#grantedAt < 2 * smoothedMs) this.#window = Math.min(2 * this.#window, this.#windowMax);
    this.#grantedAt = now;
    this.#limit = used + this.#window;
    return this.#limit;
  }
}
