/** The `hello` diagnostic over every transport, side by side (T15). */
import { DialError } from '@sotto/transport';
import type { Opened } from './connection/open.ts';
import type { Route } from './environment.ts';
import { type HelloOverOptions, type Pings, report, visit } from './hello.ts';
import { HEAD_START_MS } from './paths/policy.ts';
import { explain } from './supervisor/final.ts';
import type { HelloAnswer } from './types.ts';

/** What one transport may take, from the first packet to the last answer. */
const LIMIT_MS = 5_000;
const PINGS: Pings = { count: 20, gapMs: 10 };

export interface HelloAllOptions extends HelloOverOptions {
  /** The key exchange there, where the connection itself does not tell; '' when nobody does. */
  readGroup(route: Route, signal: AbortSignal): Promise<string>;
}

/** One answer for each route, in their order. */
export function helloAllOver(options: HelloAllOptions): Promise<readonly HelloAnswer[]> {
  return new Comparison(options).run();
}

/**
 * The first that answers names the ports of the others: those are asked there, wherever they were asked before. Each
 * has its handshake for itself where that is quick, so that one does not slow down what is measured of the next.
 */
class Comparison {
  readonly #options: HelloAllOptions;
  /** As the server names them; empty where nobody answered, or the server names none. */
  readonly #ports = Promise.withResolvers<ReadonlyMap<string, number>>();

  constructor(options: HelloAllOptions) {
    this.#options = options;
  }

  async run(): Promise<readonly HelloAnswer[]> {
    const { routes, signal } = this.#options;
    signal.throwIfAborted();
    let turn: Promise<unknown> = Promise.resolve();
    const firsts: Promise<HelloAnswer>[] = [];
    const answers = routes.map((route) => {
      const shaken = Promise.withResolvers<void>();
      const first = turn.then(() => this.#askFirst(route, shaken.resolve));
      turn = Promise.race([first, shaken.promise, turn.then(() => this.#wait(HEAD_START_MS))]);
      firsts.push(first);
      return first.then((answer) => this.#askAgain(route, answer));
    });
    void Promise.all(firsts).then(() => this.#ports.resolve(new Map()));
    const all = await Promise.all(answers);
    signal.throwIfAborted();
    return all;
  }

  /** Where the caller said, until the server has named another port. */
  async #askFirst(route: Route, shaken: () => void): Promise<HelloAnswer> {
    const elsewhere = new AbortController();
    let isShaken = false;
    void this.#ports.promise.then((ports) => {
      const isThere = ports.size === 0 || ports.get(route.transport) === route.port;
      if (!isShaken && !isThere) elsewhere.abort();
    });
    return this.#ask(route, elsewhere.signal, ({ welcome }) => {
      isShaken = true;
      shaken();
      this.#ports.resolve(new Map(welcome.endpoints.map(({ transport, port }) => [transport, port])));
    });
  }

  async #askAgain(route: Route, answer: HelloAnswer): Promise<HelloAnswer> {
    if ('report' in answer) return answer;
    const ports = await this.#ports.promise;
    const port = ports.get(route.transport);
    if (ports.size === 0 || port === route.port) return answer;
    if (port === undefined) return { ...answer, port: 0, error: notOffered(route.transport) };
    return this.#ask({ ...route, port }, new AbortController().signal, () => {});
  }

  async #ask(route: Route, cancelled: AbortSignal, onOpened: (opened: Opened) => void): Promise<HelloAnswer> {
    const { transport, host, port } = route;
    const { environment, signal } = this.#options;
    const limit = new AbortController();
    const stopLimit = environment.clock.after(LIMIT_MS, () => limit.abort());
    const until = AbortSignal.any([signal, cancelled, limit.signal]);
    try {
      const found = await visit(only(route, this.#options), until, (opened, handshakeMs) => {
        onOpened(opened);
        return report(opened, handshakeMs, PINGS, this.#options);
      });
      const group = found.group || (await this.#options.readGroup(route, until).catch(() => ''));
      const handshakeMs = Math.min(found.handshakeMs, await this.#shakeAgain(route, until));
      return { transport, port, report: { ...found, group, handshakeMs } };
    } catch (error) {
      const late = new DialError('timeout', `${host}:${port} did not answer within ${LIMIT_MS / 1_000} s`);
      return { transport, port, error: limit.signal.aborted ? late : explain(error) };
    } finally {
      stopLimit();
    }
  }

  /** The first handshake of a program loads and compiles what it takes; Infinity where this one comes to nothing. */
  #shakeAgain(route: Route, until: AbortSignal): Promise<number> {
    const shaken = visit(only(route, this.#options), until, async (_, handshakeMs) => handshakeMs);
    return shaken.catch(() => Number.POSITIVE_INFINITY);
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#options.environment.clock.after(milliseconds, resolve));
  }
}

const only = (route: Route, options: HelloAllOptions): HelloAllOptions => ({ ...options, routes: [route] });

const notOffered = (transport: string) => new DialError('refused', `the server does not offer ${transport}`);
