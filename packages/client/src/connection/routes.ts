/** The ways to one server. What it says at login completes what the caller named [RECONNECT-5]. */
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
