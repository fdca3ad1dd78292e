/**
 * Asks the server for all answers, one question at a time: who needs one that is asked later than the one under way gets
 * the next. What nobody waits for is asked at most once a second.
 */
import { type Clock, SottoError } from '@sotto/protocol';
import { Retry } from '@sotto/schema';

const PAUSE_MS = 1_000;
/** After a refusal that asking again soon does not help, or offline, since it is asked at the return. */
const REFUSED_PAUSE_MS = 20_000;

export interface RoundsOptions {
  clock: Clock;
  /** Asks, and takes in what the server says. */
  ask(): Promise<void>;
  /** Whether there is still something to ask for. */
  isNeeded(): boolean;
}

export class Rounds {
  readonly #options: RoundsOptions;
  #current: Promise<void> | undefined;
  #next: PromiseWithResolvers<void> | undefined;
  #notBeforeMs = 0;
  #cancelLater: (() => void) | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** One that is asked after this moment. Rejects with why there is no answer. */
  ask(): Promise<void> {
    this.#next ??= Promise.withResolvers<void>();
    const { promise } = this.#next;
    promise.catch(() => {});
    this.#begin();
    return promise;
  }

  /** Some time soon. */
  need(): void {
    if (this.#current !== undefined || this.#cancelLater !== undefined) return;
    const { clock } = this.#options;
    const waitMs = this.#notBeforeMs - clock.now();
    if (waitMs <= 0) void this.ask();
    else this.#cancelLater = clock.after(waitMs, () => this.#later());
  }

  stop(): void {
    this.#cancelLater?.();
    this.#cancelLater = undefined;
  }

  #later(): void {
    this.#cancelLater = undefined;
    if (this.#options.isNeeded()) void this.ask();
  }

  #begin(): void {
    const mine = this.#next;
    if (this.#current !== undefined || mine === undefined) return;
    this.stop();
    this.#next = undefined;
    this.#current = this.#options.ask().then(
      () => this.#over(PAUSE_MS, mine.resolve),
      (error) => this.#over(pauseAfter(error), () => mine.reject(error)),
    );
  }

  #over(pauseMs: number, settle: () => void): void {
    this.#current = undefined;
    this.#notBeforeMs = this.#options.clock.now() + pauseMs;
    settle();
    this.#begin();
    if (this.#options.isNeeded()) this.need();
  }
}

function pauseAfter(error: unknown): number {
  const isLater = error instanceof SottoError && error.info.retry === Retry.LATER;
  return isLater ? Math.max(PAUSE_MS, error.retryAfterMs) : REFUSED_PAUSE_MS;
}
