/** The WebSockets of the relay's page: connections to the server, and the keeper of the profile. */
import type { KeeperDesk } from '@sotto/client/node';
import { KEEPER_MAX_LENGTH, STATUS_TAKEN } from '@sotto/client/node';
import type { Connection, Dial, TransportName } from '@sotto/transport';
import { Bridge, type FrameFilter, KEEPER_PATH, RELAY_PATH, type TrustProblem } from '@sotto/transport/relay';
import type { OpenChannels } from './proofs.ts';

/** What one WebSocket is, as its events come. */
export interface Seat {
  open(socket: Bun.ServerWebSocket<Seat>): void;
  text(message: string, socket: Bun.ServerWebSocket<Seat>): void;
  bytes(message: Uint8Array): void;
  drain(): void;
  close(status: number): void;
}

export interface SeatOptions {
  desk: KeeperDesk;
  filter: FrameFilter;
  channels: OpenChannels;
  /** How each transport is dialled; without `verify`, which is part of it. */
  dials: ReadonlyMap<string, (options: Omit<Parameters<Dial>[0], 'host' | 'verify'>) => Promise<Connection>>;
  trustProblem(error: unknown): TrustProblem | undefined;
  /** A window has come, or gone. */
  windows(count: number): void;
}

const STATUS_MALFORMED = 1007;
/** Requests of one window that may wait for their answer. */
const WAITING_MAX = 1_024;
const DIAL = new RegExp(`^${RELAY_PATH}/dial/([a-z]+)$`);

export class Seats {
  readonly #options: SeatOptions;
  #windows = 0;

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  /** undefined where there is nothing of that address. */
  at(url: URL): Seat | undefined {
    if (url.pathname === KEEPER_PATH) return new KeeperSeat(this.#options.desk, (by) => this.#count(by));
    const transport = DIAL.exec(url.pathname)?.[1] ?? '';
    const port = Number(url.searchParams.get('port'));
    if (!this.#options.dials.has(transport) || !isPort(port)) return undefined;
    return new BridgeSeat(this.#options, transport as TransportName, port);
  }

  #count(by: 1 | -1): void {
    this.#windows += by;
    this.#options.windows(this.#windows);
  }
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port <= 0xffff;

class BridgeSeat implements Seat {
  readonly #options: SeatOptions;
  readonly #transport: TransportName;
  readonly #port: number;
  #bridge: Bridge | undefined;

  constructor(options: SeatOptions, transport: TransportName, port: number) {
    this.#options = options;
    this.#transport = transport;
    this.#port = port;
  }

  open(socket: Bun.ServerWebSocket<Seat>): void {
    const { dials, filter, channels, trustProblem } = this.#options;
    this.#bridge = new Bridge(socket, {
      transport: this.#transport,
      filter,
      trustProblem,
      opened: ({ binding }) => channels.add(binding),
      dial: async (events, signal) => {
        const dial = dials.get(this.#transport);
        if (dial === undefined) throw new Error(`there is no ${this.#transport} here`);
        return dial({ port: this.#port, events, signal });
      },
    });
    void this.#bridge.open();
  }

  /** The page says nothing beside frames. */
  text(): void {
    this.#bridge?.abort();
  }

  bytes(message: Uint8Array): void {
    this.#bridge?.receive(message);
  }

  drain(): void {
    this.#bridge?.writable();
  }

  close(status: number): void {
    this.#bridge?.ended(status);
  }
}

class KeeperSeat implements Seat {
  readonly #desk: KeeperDesk;
  readonly #count: (by: 1 | -1) => void;
  #socket: Bun.ServerWebSocket<Seat> | undefined;
  #waiting = 0;

  constructor(desk: KeeperDesk, count: (by: 1 | -1) => void) {
    this.#desk = desk;
    this.#count = count;
  }

  taken(): void {
    this.#socket?.close(STATUS_TAKEN);
  }

  open(socket: Bun.ServerWebSocket<Seat>): void {
    this.#socket = socket;
    this.#count(1);
  }

  text(message: string, socket: Bun.ServerWebSocket<Seat>): void {
    if (message.length > KEEPER_MAX_LENGTH || this.#waiting >= WAITING_MAX) {
      socket.close(STATUS_MALFORMED);
      return;
    }
    void this.#answer(message, socket);
  }

  bytes(): void {
    this.#socket?.close(STATUS_MALFORMED);
  }

  drain(): void {}

  close(): void {
    this.#desk.leave(this);
    this.#count(-1);
  }

  async #answer(message: string, socket: Bun.ServerWebSocket<Seat>): Promise<void> {
    this.#waiting += 1;
    const answer = await this.#desk.answer(message, this);
    this.#waiting -= 1;
    if (answer === undefined) socket.close(STATUS_MALFORMED);
    else socket.sendText(answer);
  }
}
