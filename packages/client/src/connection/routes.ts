/** The ways to one server. What it says of itself completes what the caller named [PATH-1]. */
import type { Endpoint } from '@sotto/schema';
import type { Route } from '../environment.ts';

export class Routes {
  #routes: readonly Route[];
  readonly #proven = new Set<string>();

  constructor(routes: readonly Route[]) {
    this.#routes = routes;
  }

  /** Best first. */
  get all(): readonly Route[] {
    return this.#routes;
  }

  /** Throws where there is none. */
  over(transport: string): Route {
    const route = this.#routes.find((known) => known.transport === transport);
    if (route === undefined) throw new Error(`no route over ${transport}`);
    return route;
  }

  /**
   * `used` has just worked and stays as it is, whatever the server says: a forwarded port is not the one it listens on.
   * The ports of other transports, until they have worked, are those the server names.
   */
  learn(endpoints: readonly Endpoint[], used: Route): void {
    this.#proven.add(used.transport);
    const ports = new Map(endpoints.map(({ transport, port }) => [transport, port]));
    this.#routes = this.#routes.map((route) => {
      const port = ports.get(route.transport);
      return port === undefined || this.#proven.has(route.transport) ? route : { ...route, port };
    });
  }
}
