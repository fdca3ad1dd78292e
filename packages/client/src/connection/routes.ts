/** The ways to one server. What it says of itself completes what the caller named [PATH-1]. */
import { SottoError } from '@sotto/protocol';
import { type Endpoint, ErrorCode } from '@sotto/schema';
import type { Route } from '../environment.ts';

export class Routes {
  #routes: readonly Route[];
  readonly #proven = new Set<string>();
  #webAddress: string | undefined;
  #chosen: string | undefined;

  constructor(routes: readonly Route[]) {
    this.#routes = routes;
  }

  /** Best first. */
  get all(): readonly Route[] {
    return this.#routes;
  }

  /** Those that are to be tried: one alone where it was chosen [PATH-14]. */
  get wanted(): readonly Route[] {
    return this.#chosen === undefined ? this.#routes : [this.over(this.#chosen)];
  }

  /** undefined: any. Throws ARGUMENT_INVALID where there is none over it. */
  choose(transport: string | undefined): void {
    if (transport !== undefined && !this.#routes.some((route) => route.transport === transport))
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `no route over ${transport}`);
    this.#chosen = transport;
  }

  /** `https://host:port`: where WebSocket is, HTTPS is. Undefined where nobody has said yet. */
  get webAddress(): string | undefined {
    return this.#webAddress;
  }

  /** Throws where there is none. */
  over(transport: string): Route {
    const route = this.#routes.find((known) => known.transport === transport);
    if (route === undefined) throw new Error(`no route over ${transport}`);
    return route;
  }

  /**
   * `used` has just worked and stays as it is, whatever the server says: a forwarded port is not the one it listens on.
   * The ports of other transports, until they have worked, are those the server names. Returns which transports are
   * worth trying now: those named, and the one that has just worked; none where the server names none of ours.
   */
  learn(endpoints: readonly Endpoint[], used: Route): readonly string[] {
    this.#proven.add(used.transport);
    const ports = new Map(
      endpoints.filter(({ port }) => isPort(port)).map(({ transport, port }) => [transport, port]),
    );
    this.#routes = this.#routes.map((route) => {
      const port = ports.get(route.transport);
      return port === undefined || this.#proven.has(route.transport) ? route : { ...route, port };
    });
    const webPort = used.transport === 'websocket' ? used.port : this.#webPort(ports);
    const host = used.host.includes(':') ? `[${used.host}]` : used.host;
    this.#webAddress = webPort === undefined ? undefined : `https://${host}:${webPort}`;
    const ours = new Set(this.#routes.map(({ transport }) => transport));
    const named = endpoints.map(({ transport }) => transport).filter((transport) => ours.has(transport));
    return named.length === 0 ? [] : [...new Set([...named, used.transport])];
  }

  #webPort(ports: ReadonlyMap<string, number>): number | undefined {
    return this.#proven.has('websocket') ? this.over('websocket').port : ports.get('websocket');
  }
}

/** A server may name anything; what is no port is not dialled. */
const isPort = (port: number): boolean => port > 0 && port <= 0xffff;
