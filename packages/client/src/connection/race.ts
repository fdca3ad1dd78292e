/** `auto`: the routes in order of preference, each with a head start over the next; the first that opens is used (T17). */
import type { Clock } from '@sotto/protocol';
import { DialError } from '@sotto/transport';
import type { Route } from '../environment.ts';
import type { Opened } from './open.ts';

/** A healthy path answers within this; then the next one is tried beside it. */
export const HEAD_START_MS = 250;

export type OpenRoute = (route: Route, signal: AbortSignal) => Promise<Opened>;

/**
 * Opens the first route that answers and closes the others. When all fail, throws what the first of them threw, but a
 * server that is not trusted wins over everything: it must not be hidden by a port that happens to be closed.
 */
export async function race(
  routes: readonly Route[],
  openRoute: OpenRoute,
  clock: Clock,
  signal: AbortSignal,
): Promise<Opened> {
  signal.throwIfAborted();
  const contest = new Contest(routes, openRoute, clock);
  const abort = () => contest.fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await contest.result;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

class Contest {
  readonly result: Promise<Opened>;
  readonly #routes: readonly Route[];
  readonly #openRoute: OpenRoute;
  readonly #clock: Clock;
  readonly #outcome = Promise.withResolvers<Opened>();
  readonly #attempts: AbortController[] = [];
  readonly #failures: unknown[] = [];
  #failed = 0;
  #over = false;
  #cancelHeadStart = () => {};

  constructor(routes: readonly Route[], openRoute: OpenRoute, clock: Clock) {
    this.#routes = routes;
    this.#openRoute = openRoute;
    this.#clock = clock;
    this.result = this.#outcome.promise;
    this.#startNext();
  }

  fail(error: unknown): void {
    this.#finish(undefined);
    this.#outcome.reject(error);
  }

  #startNext(): void {
    this.#cancelHeadStart();
    const index = this.#attempts.length;
    const route = this.#routes[index];
    if (route === undefined || this.#over) return;
    const attempt = new AbortController();
    this.#attempts.push(attempt);
    if (index + 1 < this.#routes.length) {
      this.#cancelHeadStart = this.#clock.after(HEAD_START_MS, () => this.#startNext());
    }
    this.#openRoute(route, attempt.signal).then(
      (opened) => this.#opened(opened, attempt),
      (error) => this.#lost(error, index),
    );
  }

  #opened(opened: Opened, attempt: AbortController): void {
    if (this.#over) {
      opened.link.close();
    } else {
      this.#finish(attempt);
      this.#outcome.resolve(opened);
    }
  }

  #lost(error: unknown, index: number): void {
    if (this.#over) return;
    this.#failures[index] = error;
    this.#failed += 1;
    if (isUntrusted(error)) this.fail(error);
    else if (this.#failed === this.#routes.length) this.fail(this.#failures[0]);
    else if (this.#failed === this.#attempts.length) this.#startNext();
  }

  #finish(winner: AbortController | undefined): void {
    this.#over = true;
    this.#cancelHeadStart();
    for (const attempt of this.#attempts) if (attempt !== winner) attempt.abort();
  }
}

const isUntrusted = (error: unknown) => error instanceof DialError && error.reason === 'untrusted';
