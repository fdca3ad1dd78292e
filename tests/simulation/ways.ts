/** The four ways from each client to the server, and what may happen to them. */
import type { Clock } from '@sotto/protocol';
import type { RandomNumber } from '@sotto/protocol/testing';
import type { Accept, Connection, TransportName } from '@sotto/transport';
import { createMemoryNetwork, type MemoryNetwork, MemoryPath } from '@sotto/transport/memory';

/** Best first. */
export const TRANSPORTS = ['udp', 'quic', 'tls', 'websocket'] as const satisfies readonly TransportName[];
export type Transport = (typeof TRANSPORTS)[number];

export const SERVER = 'server';
const NOBODY = 'nobody';

/** One-way delays of a healthy way are below one of these: round trips of up to 160 ms. */
const DELAYS_MAX_MS = [1, 20, 80];
/** Of a way that has become slow. */
const SLOW_MAX_MS = 900;

/** Who shut a way: the two do not open what the other shut. */
type Shut = 'blocked' | 'serverOff';

/** One transport between one client and the server. */
export class Way {
  readonly transport: Transport;
  readonly #network: MemoryNetwork;
  readonly #shut = new Set<Shut>();
  #deaf = false;
  #refused = false;
  #paths = new Set<MemoryPath>();
  readonly #connections = new Map<Connection, MemoryPath>();

  constructor(transport: Transport, network: MemoryNetwork) {
    this.transport = transport;
    this.#network = network;
  }

  get works(): boolean {
    return this.#shut.size === 0 && !this.#deaf && !this.#refused;
  }

  /** The client's ends. */
  get connections(): readonly Connection[] {
    return [...this.#connections.keys()];
  }

  async dial(events: Accept, signal?: AbortSignal): Promise<Connection> {
    const path = new MemoryPath();
    this.#paths.add(path);
    this.#apply(path);
    return this.#network.dial({
      name: this.#refused ? NOBODY : SERVER,
      path,
      events: (opened) => {
        this.#connections.set(opened, path);
        const handlers = events(opened);
        return {
          frame: (frame) => handlers.frame(frame),
          datagram: (frame) => handlers.datagram(frame),
          drain: () => handlers.drain(),
          pathChanged: (address) => handlers.pathChanged(address),
          closed: (reason, detail) => {
            this.#connections.delete(opened);
            handlers.closed(reason, detail);
          },
        };
      },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** Nothing passes, nobody is told, and who dials hears nothing. */
  shut(why: Shut): void {
    this.#shut.add(why);
    this.#applyAll();
  }

  /** `late`: what was on the way arrives now. Else what there was is dead for ever, and neither side knows. */
  open(why: Shut, late: boolean): void {
    this.#shut.delete(why);
    if (why === 'blocked') this.#deaf = false;
    this.#refused = false;
    if (!late) this.#paths.clear();
    this.#applyAll();
  }

  /** The client is heard, and hears nothing. */
  deafen(): void {
    this.#deaf = true;
    this.#applyAll();
  }

  /** A port that is closed: dials are refused, and connections are reset. */
  refuse(): void {
    this.#refused = true;
    for (const connection of this.connections) this.cut(connection);
  }

  /** Both ends learn at once that it is over. */
  cut(connection: Connection): void {
    if (this.#connections.has(connection)) this.#network.cut(connection);
  }

  /** Every connection there is becomes half open. */
  vanish(): void {
    for (const path of this.#paths) path.hold();
    this.#paths.clear();
  }

  /** The way of one connection, which is not opened with the others any more. */
  takeOut(connection: Connection): MemoryPath {
    const path = this.#connections.get(connection);
    if (path === undefined) throw new Error('not a connection of this way');
    this.#paths.delete(path);
    return path;
  }

  #applyAll(): void {
    for (const path of this.#paths) this.#apply(path);
  }

  #apply(path: MemoryPath): void {
    const isShut = this.#shut.size > 0;
    if (isShut) path.hold('toServer');
    else path.release('toServer');
    if (isShut || this.#deaf) path.hold('toClient');
    else path.release('toClient');
  }
}

/** One transport as the server has it. */
export class Wire {
  readonly transport: Transport;
  readonly network: MemoryNetwork;
  readonly #number: RandomNumber;
  #delayMaxMs: number;

  constructor(transport: Transport, clock: Clock, number: RandomNumber) {
    this.transport = transport;
    this.#number = number;
    this.#delayMaxMs = pick(DELAYS_MAX_MS, number);
    this.network = createMemoryNetwork({
      clock,
      transport,
      delayMs: () => number(this.#delayMaxMs),
      resetOvertakes: () => number(2) === 0,
    });
  }

  slowDown(): void {
    this.#delayMaxMs = SLOW_MAX_MS;
  }

  recover(): void {
    this.#delayMaxMs = pick(DELAYS_MAX_MS, this.#number);
  }
}

export const createWires = (clock: Clock, number: RandomNumber): readonly Wire[] =>
  TRANSPORTS.map((transport) => new Wire(transport, clock, number));

export const createWays = (wires: readonly Wire[]): readonly Way[] =>
  wires.map(({ transport, network }) => new Way(transport, network));

export function pick<T>(items: readonly T[], number: RandomNumber): T {
  const item = items[number(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
