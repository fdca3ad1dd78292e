/** Whether anybody is still at the window. */
import type { Clock } from '@sotto/protocol';

/** A page that is loaded again is gone for a moment. */
const ABSENT_MS = 10_000;
/** From when a browser was let in until its page runs: the page may have to be built first. */
const START_MS = 180_000;

export type Gone = 'closed' | 'nobodyCame' | 'browserFailed';

export class Presence {
  readonly #clock: Clock;
  readonly #comeMs: number;
  readonly #gone = Promise.withResolvers<Gone>();
  #cancel: () => void = () => {};
  #count = 0;
  #hasCome = false;
  #browserEnded = false;

  /** Somebody is to come within `comeMs`. */
  constructor(clock: Clock, comeMs: number) {
    this.#clock = clock;
    this.#comeMs = comeMs;
    this.#goneAfter(comeMs, 'nobodyCame');
  }

  /** Resolves once no window is left, or none has come. */
  get gone(): Promise<Gone> {
    return this.#gone.promise;
  }

  /** A browser was let in, and now loads the page. */
  readonly entered = (): void => {
    if (this.#count === 0) this.#goneAfter(START_MS, 'nobodyCame');
  };

  /** One more window is asked for, and has as long as the first one had. */
  readonly expected = (): void => {
    this.#browserEnded = false;
    if (this.#count === 0) this.#goneAfter(this.#comeMs, this.#hasCome ? 'closed' : 'nobodyCame');
  };

  /** So many windows there are now. */
  readonly windows = (count: number): void => {
    this.#cancel();
    this.#count = count;
    if (count > 0) this.#hasCome = true;
    else if (this.#browserEnded) this.#gone.resolve('closed');
    else this.#goneAfter(ABSENT_MS, 'closed');
  };

  /** It would not load the page again. One that ends before it came handed the window to another one, or failed. */
  browserEnded(hasFailed: boolean): void {
    this.#browserEnded = this.#hasCome;
    if (this.#count > 0) return;
    if (this.#hasCome) this.#gone.resolve('closed');
    else if (hasFailed) this.#gone.resolve('browserFailed');
  }

  stop(): void {
    this.#cancel();
  }

  #goneAfter(delayMs: number, how: Gone): void {
    this.#cancel();
    this.#cancel = this.#clock.after(delayMs, () => this.#gone.resolve(how));
  }
}
