/**
 * Connections that are not quite over yet. A program that exits as soon as it has closed them takes their goodbye with
 * it, and a server that is not told of the end waits for more.
 */
import type { Clock } from '@sotto/protocol';
import type { Dial } from '@sotto/transport';
import type { Route } from '../environment.ts';

/** How long a connection may take to end in order. */
const END_MS = 500;

export class Farewells {
  readonly #open = new Set<Promise<void>>();

  /** The same route, whose connections count. */
  over(route: Route): Route {
    const dial: Dial = (options) =>
      route.dial({
        ...options,
        events: (connection) => {
          const events = options.events(connection);
          const ended = this.#opened();
          return { ...events, closed: (...how) => ended(() => events.closed(...how)) };
        },
      });
    return { ...route, dial };
  }

  /** Resolves when all of them are over, or have had their time. Close them first. */
  async said(clock: Clock): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = clock.after(END_MS, late.resolve);
    await Promise.race([Promise.all(this.#open), late.promise]);
    cancel();
  }

  #opened(): (tell: () => void) => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open.add(promise);
    return (tell) => {
      this.#open.delete(promise);
      resolve();
      tell();
    };
  }
}
