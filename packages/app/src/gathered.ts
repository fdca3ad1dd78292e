/** What time it is, and later. Tests bring their own. */
export interface AppClock {
  nowMs(): number;
  /** Returns what calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

/** How long changes wait for others after one was shown: what comes in one go, as after a reconnect, is few renderings. */
export const GATHER_MS = 100;

/** Runs something after changes: at once for one that comes alone, otherwise once for those of GATHER_MS. */
export class Gathered {
  readonly #clock: AppClock;
  readonly #run: () => void;
  #ranAtMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;

  constructor(clock: AppClock, run: () => void) {
    this.#clock = clock;
    this.#run = run;
  }

  changed(): void {
    if (this.#cancel !== undefined) return;
    const waitMs = Math.max(0, Math.min(GATHER_MS, this.#ranAtMs + GATHER_MS - this.#clock.nowMs()));
    this.#cancel = this.#clock.after(waitMs, () => this.now());
  }

  /** Without waiting any longer. */
  now(): void {
    this.stop();
    this.#ranAtMs = this.#clock.nowMs();
    this.#run();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

export const systemClock: AppClock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
