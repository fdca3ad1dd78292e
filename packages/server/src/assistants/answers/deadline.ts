/** Ends an attempt that takes too long, or is called off, whether the provider minds or not [PROVIDER-4]. */
import type { Clock } from '@sotto/protocol';

/** `aborted`: by `signal`. */
export type Missed = 'timeout' | 'aborted';

export interface DeadlineOptions {
  clock: Clock;
  /** How long nothing may be heard. */
  timeoutMs: number;
  /** When it is over in any case. */
  untilMs: number;
  signal: AbortSignal;
}

export class Deadline {
  readonly #options: DeadlineOptions;
  readonly #controller = new AbortController();
  #heardMs: number;
  #missed: Missed | undefined;
  #reject: ((reason: Error) => void) | undefined;
  #cancel: () => void;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#heardMs = options.clock.now();
    this.#cancel = this.#arm();
    options.signal.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get missed(): Missed | undefined {
    return this.#missed;
  }

  heard(): void {
    this.#heardMs = this.#options.clock.now();
  }

  /** As `task`, unless the attempt is over before. One at a time. */
  race<T>(task: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      task.then(resolve, reject);
      if (this.#missed !== undefined) reject(new Error(this.#missed));
    });
  }

  end(): void {
    this.#cancel();
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#controller.abort();
  }

  readonly #abort = (): void => this.#over('aborted');

  /** One timer, however many parts come. */
  #arm(): () => void {
    const { clock } = this.#options;
    return clock.after(Math.max(1, this.#dueMs - clock.now()), () => {
      if (clock.now() >= this.#dueMs) this.#over('timeout');
      else this.#cancel = this.#arm();
    });
  }

  get #dueMs(): number {
    const { timeoutMs, untilMs } = this.#options;
    return Math.min(this.#heardMs + timeoutMs, untilMs);
  }

  #over(why: Missed): void {
    if (this.#missed !== undefined) return;
    this.#missed = why;
    this.#controller.abort();
    this.#reject?.(new Error(why));
  }
}
