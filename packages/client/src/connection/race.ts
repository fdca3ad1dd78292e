/** Opens the first route that answers, for those who have no session yet (T17) [PATH-2]. */
import type { Clock } from '@sotto/protocol';
import { DialError } from '@sotto/transport';
import type { Route } from '../environment.ts';
import type { AttemptId, PathCommand } from '../paths/commands.ts';
import { HEAD_START_MS } from '../paths/policy.ts';
import { type Entrant, Search } from '../paths/search.ts';
import { failureKind } from './failure-kind.ts';
import type { Opened } from './open.ts';

export type OpenRoute = (route: Route, signal: AbortSignal) => Promise<Opened>;

/**
 * Opens the first of the routes, best first, that answers, and closes the others. When all fail, throws what the first
 * of them threw, but a server that is not trusted wins over everything: it must not be hidden by a port that happens to
 * be closed. `deservesHeadStart` says for which transports the next one waits a moment.
 */
export async function race(
  routes: readonly Route[],
  openRoute: OpenRoute,
  clock: Clock,
  signal: AbortSignal,
  deservesHeadStart: (transport: string) => boolean = () => true,
): Promise<Opened> {
  signal.throwIfAborted();
  const entrants = routes.map(({ transport }) => ({
    transport,
    headStartMs: deservesHeadStart(transport) ? HEAD_START_MS : 0,
  }));
  const contest = new Contest(routes, entrants, openRoute, clock);
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
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #openRoute: OpenRoute;
  readonly #clock: Clock;
  readonly #search: Search;
  readonly #outcome = Promise.withResolvers<Opened>();
  readonly #attempts = new Map<AttemptId, AbortController>();
  /** By transport. */
  readonly #failures = new Map<string, unknown>();
  #count = 0;
  #over = false;
  #cancelTimer = () => {};

  constructor(routes: readonly Route[], entrants: readonly Entrant[], openRoute: OpenRoute, clock: Clock) {
    this.#routes = new Map(routes.map((route) => [route.transport, route]));
    this.#openRoute = openRoute;
    this.#clock = clock;
    this.result = this.#outcome.promise;
    const now = clock.now();
    this.#search = new Search(entrants, () => ++this.#count as AttemptId, now);
    this.#go(this.#search.advance(now));
  }

  fail(error: unknown): void {
    this.#finish();
    this.#outcome.reject(error);
  }

  #go(commands: readonly PathCommand[]): void {
    for (const command of commands) {
      if (command.kind === 'dial') this.#dial(command.attempt, command.transport);
      if (command.kind === 'cancel') this.#attempts.get(command.attempt)?.abort();
    }
    if (this.#over) return;
    this.#cancelTimer();
    const now = this.#clock.now();
    // Whoever has nothing else waits for all of them: it may be a firewall that refused.
    if (this.#search.isOver(now) && !this.#search.rest(now)) {
      this.fail(this.#firstFailure());
      return;
    }
    const waitMs = Math.max(0, this.#search.deadline - now);
    this.#cancelTimer = this.#clock.after(waitMs, () => this.#go(this.#search.advance(this.#clock.now())));
  }

  #dial(attempt: AttemptId, transport: string): void {
    const route = this.#routes.get(transport);
    if (route === undefined) throw new Error(`no route over ${transport}`);
    const abort = new AbortController();
    this.#attempts.set(attempt, abort);
    this.#openRoute(route, abort.signal).then(
      (opened) => this.#opened(opened, attempt),
      (error) => this.#lost(error, attempt, transport),
    );
  }

  #opened(opened: Opened, attempt: AttemptId): void {
    if (this.#over) {
      opened.link.close();
      return;
    }
    this.#attempts.delete(attempt);
    this.#finish();
    this.#outcome.resolve(opened);
  }

  #lost(error: unknown, attempt: AttemptId, transport: string): void {
    if (this.#over) return;
    this.#failures.set(transport, error);
    if (error instanceof DialError && error.reason === 'untrusted') {
      this.fail(error);
      return;
    }
    this.#go(this.#search.failed(attempt, failureKind(error), this.#clock.now()));
  }

  /** Of the best that has failed; those that said nothing have nothing to tell. */
  #firstFailure(): unknown {
    for (const transport of this.#routes.keys()) {
      const failure = this.#failures.get(transport);
      if (failure !== undefined) return failure;
    }
    return new DialError('timeout', 'the server did not answer');
  }

  #finish(): void {
    this.#over = true;
    this.#cancelTimer();
    for (const abort of this.#attempts.values()) abort.abort();
  }
}
