/**
 * Keeps a session online: `connecting` -> `online` -> `offline` -> `connecting` ..., with back-off in between, until
 * something final ends it (T13) [RECONNECT-1].
 */
import { type Clock, type Random, SottoError } from '@sotto/protocol';
import type { Opened } from '../connection/open.ts';
import type { ConnectionStatus } from '../types.ts';
import { BACKOFF_CAP_MS, Backoff } from './backoff.ts';
import type { Granted } from './credentials.ts';
import { explain, isFinal } from './final.ts';

export interface Established {
  opened: Opened;
  granted: Granted;
  resumed: boolean;
}

export interface SupervisorOptions {
  clock: Clock;
  random: Random;
  /** Connects and resumes the session. */
  establish(signal: AbortSignal): Promise<Established>;
  /** Before the status says online; a rejection means that this connection is of no use. */
  onOnline(established: Established): Promise<void>;
  /** After each connection and each failed attempt. */
  onOffline(): void;
  onStatus(status: ConnectionStatus): void;
  /** It ended by itself, for good. */
  onStopped(reason: Error, wasOnline: boolean): void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #backoff: Backoff;
  #run: AbortController | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** Resolves when online for the first time; rejects when that will never be. `first` is a connection just logged in. */
  start(first?: Established): Promise<void> {
    const run = new AbortController();
    this.#run = run;
    this.#backoff.reset();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    run.signal.addEventListener('abort', () => reject(run.signal.reason), { once: true });
    let wasOnline = false;
    const online = () => {
      wasOnline = true;
      resolve();
    };
    this.#keepOnline(run.signal, first, online).catch((error) => {
      if (run.signal.aborted) return;
      this.#run = undefined;
      const reason = explain(error);
      this.#options.onStatus({ kind: 'stopped', reason });
      this.#options.onStopped(reason, wasOnline);
      reject(reason);
    });
    return promise;
  }

  /** Ends it from this side; `start` rejects with `reason` when it has not been online yet. */
  stop(reason: unknown): void {
    const run = this.#run;
    this.#run = undefined;
    run?.abort(reason);
  }

  /** Ends by throwing what is final, or when `signal` aborts. */
  async #keepOnline(signal: AbortSignal, first: Established | undefined, online: () => void): Promise<void> {
    let next = first;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const since = this.#options.clock.now();
      let reason: unknown;
      try {
        reason = await this.#connection(signal, next, attempt, () => {
          attempt = 0;
          online();
        });
      } catch (error) {
        reason = error;
      }
      next = undefined;
      if (signal.aborted) return;
      this.#options.onOffline();
      if (isFinal(explain(reason))) throw reason;
      if (attempt === 0 && this.#options.clock.now() - since >= BACKOFF_CAP_MS) this.#backoff.reset();
      await this.#wait(reason, signal);
    }
  }

  /** One connection from beginning to end; resolves with why it ended. */
  async #connection(
    signal: AbortSignal,
    first: Established | undefined,
    attempt: number,
    online: () => void,
  ): Promise<Error> {
    const { onStatus, onOnline, establish } = this.#options;
    if (first === undefined) onStatus({ kind: 'connecting', attempt });
    const established = first ?? (await establish(signal));
    const { link, route } = established.opened;
    const abort = () => link.close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      await onOnline(established);
      if (link.ended === undefined) {
        onStatus({ kind: 'online', transport: route.transport, resumed: established.resumed });
        online();
      }
      return await link.closed;
    } finally {
      signal.removeEventListener('abort', abort);
      link.close();
    }
  }

  #wait(reason: unknown, signal: AbortSignal): Promise<void> {
    const { clock, onStatus } = this.#options;
    const error = explain(reason);
    const waitMs = this.#backoff.next(error instanceof SottoError ? error.retryAfterMs : 0);
    onStatus({ kind: 'offline', retryAt: new Date(clock.now() + waitMs), reason: error.message });
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = clock.after(waitMs, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
