import {
  type ConnectOptions,
  type ServerOptions,
  type UdpConnection,
  UdpEndpoint,
  type UdpEnvironment,
} from '@sotto/protocol/udp';
import { type Destination, destinationOf, pathKey } from './path.ts';
import type { Batch, DatagramSocket, OpenSocket, SocketOptions } from './socket.ts';

/** Destinations kept beside their path keys, so that not every datagram is taken apart. */
const DESTINATIONS_MAX = 16_384;

export interface DriverOptions {
  environment: UdpEnvironment;
  open: OpenSocket;
  server?: ServerOptions;
  /** Nothing is under way any more: neither connections nor their last words. */
  idle: () => void;
}

export interface DriverSocketOptions extends Omit<SocketOptions, 'received'> {
  /** May keep datagrams from the endpoint. */
  accepts?: (datagram: Uint8Array) => boolean;
}

/**
 * An endpoint of the core on real sockets and the real clock: what comes in one turn of the event loop is answered at
 * the end of it, and one timer serves the deadlines of all connections.
 */
export class UdpDriver {
  readonly #endpoint: UdpEndpoint;
  readonly #options: DriverOptions;
  readonly #sockets = new Map<string, { socket: DatagramSocket; batch: Batch }>();
  readonly #destinations = new Map<string, Destination>();
  #turnScheduled = false;
  #timer: { handle: ReturnType<typeof setTimeout>; at: number } | undefined;
  #keepsAlive = true;

  constructor(options: DriverOptions) {
    this.#options = options;
    const { environment, server } = options;
    this.#endpoint = new UdpEndpoint({
      environment,
      now: performance.now(),
      wake: () => this.#schedule(),
      ...(server === undefined ? {} : { server }),
    });
  }

  get counters(): UdpEndpoint['counters'] {
    return this.#endpoint.counters;
  }

  get connections(): number {
    return this.#endpoint.connections;
  }

  /** Opens a socket that paths know by `label`. */
  async open(label: string, options: DriverSocketOptions): Promise<DatagramSocket> {
    const { accepts = () => true, ...more } = options;
    const socket = await this.#options.open({
      ...more,
      received: (datagram, from, fromPort) => {
        if (accepts(datagram))
          this.#endpoint.receive(performance.now(), datagram, pathKey(label, from, fromPort));
      },
    });
    this.#sockets.set(label, { socket, batch: [] });
    if (!this.#keepsAlive) socket.unref();
    return socket;
  }

  close(label: string): void {
    this.#sockets.get(label)?.socket.close();
    this.#sockets.delete(label);
  }

  closeAll(): void {
    for (const label of [...this.#sockets.keys()]) this.close(label);
    clearTimeout(this.#timer?.handle);
    this.#timer = undefined;
  }

  /** What is still under way does not keep the process alive any more. */
  unref(): void {
    this.#keepsAlive = false;
    for (const { socket } of this.#sockets.values()) socket.unref();
    unrefTimer(this.#timer?.handle);
  }

  connect(options: ConnectOptions): UdpConnection {
    return this.#endpoint.connect(performance.now(), options);
  }

  refuseHandshakes(reason: string): void {
    this.#endpoint.refuseHandshakes(reason);
  }

  #schedule(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    setImmediate(this.#turn);
  }

  #turn = (): void => {
    this.#turnScheduled = false;
    try {
      this.#endpoint.transmit(performance.now(), ({ datagram, path }) => {
        const { label, address, port } = this.#destination(path);
        this.#sockets.get(label)?.batch.push(datagram, port, address);
      });
    } finally {
      for (const entry of this.#sockets.values()) {
        if (entry.batch.length === 0) continue;
        const { batch } = entry;
        entry.batch = [];
        entry.socket.send(batch);
      }
      this.#arm();
      if (this.#endpoint.connections === 0 && !this.#turnScheduled) this.#options.idle();
    }
  };

  /** A timer that fires too early only looks at the deadline again, so it is set anew only for an earlier one. */
  #arm(): void {
    const at = this.#endpoint.deadline();
    if (this.#timer !== undefined) {
      if (this.#timer.at <= at) return;
      clearTimeout(this.#timer.handle);
      this.#timer = undefined;
    }
    if (at === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(1, Math.ceil(at - performance.now()));
    this.#timer = { handle: setTimeout(this.#expire, delayMs), at };
    if (!this.#keepsAlive) unrefTimer(this.#timer.handle);
  }

  #expire = (): void => {
    this.#timer = undefined;
    this.#endpoint.expire(performance.now());
    if (this.#turnScheduled) return;
    this.#arm();
  };

  #destination(path: string): Destination {
    const known = this.#destinations.get(path);
    if (known !== undefined) return known;
    if (this.#destinations.size >= DESTINATIONS_MAX) this.#destinations.clear();
    const destination = destinationOf(path);
    this.#destinations.set(path, destination);
    return destination;
  }
}

function unrefTimer(handle: unknown): void {
  if (
    typeof handle === 'object' &&
    handle !== null &&
    'unref' in handle &&
    typeof handle.unref === 'function'
  )
    handle.unref();
}
