import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';

/** One OPAQUE evaluation takes about 2 ms; two hold up the chat of everyone else by no more than a garbage collection. */
export const TASKS_PER_TURN = 2;
/** About half a second of work. Whoever comes later is told to come back rather than wait longer. */
export const WAITING_MAX = 256;
const RETRY_AFTER_MS = 1_000;

/** Spreads expensive synchronous work over turns of the event loop, in order of arrival. */
export class Turnstile {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #doneThisTurn = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with THROTTLED when too much is waiting; `task` then never runs. */
  run<T>(task: () => T): Promise<T> {
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new SottoError(ErrorCode.THROTTLED, 'the server is busy', RETRY_AFTER_MS));
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(task());
        } catch (error) {
          reject(error);
        }
      });
      this.#work();
    });
  }

  #work(): void {
    while (this.#doneThisTurn < TASKS_PER_TURN) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (this.#doneThisTurn++ === 0) this.#clock.after(0, () => this.#nextTurn());
      next();
    }
  }

  #nextTurn(): void {
    this.#doneThisTurn = 0;
    this.#work();
  }
}
