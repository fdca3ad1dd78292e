/**
 * The relay's end: one connection to the server for each WebSocket of the page. Frames pass in both directions on their
 * lanes, as they are, but for what `filter` changes in them. It knows nothing of sessions.
 */
import { BODY_MAX_BYTES, type Lane, laneOf, NO_BINDING } from '@sotto/protocol';
import {
  type Accept,
  type CloseReason,
  type Connection,
  type ConnectionEvents,
  DialError,
  type TransportName,
} from '../contract.ts';
import { StreamConnection } from '../stream/connection.ts';
import { systemLoop } from '../stream/loop.ts';
import { ServerChannel, STATUS_ABNORMAL } from '../websocket/server-channel.ts';
import { type ControlMessage, encodeControl, type TrustProblem } from './control.ts';

/** How often the page hears of the path, where the transport watches it. */
const PATH_TOLD_MS = 1_000;
const NO_SECURITY = { protocol: '', cipher: '', group: '', certificateSha256: NO_BINDING.value };

/** Changes frames in place; throws on one that must not pass. */
export interface FrameFilter {
  toServer(frame: Uint8Array): void;
  toPage(frame: Uint8Array): void;
}

export interface BridgeOptions {
  transport: TransportName;
  dial(events: Accept, signal: AbortSignal): Promise<Connection>;
  filter: FrameFilter;
  /** What of an error is a question of trust. */
  trustProblem(error: unknown): TrustProblem | undefined;
  /** The connection to the server is there; the returned function is called when it is over. */
  opened?(upstream: Connection): () => void;
}

type BridgeSocket = ConstructorParameters<typeof ServerChannel>[0] &
  Pick<Bun.ServerWebSocket<unknown>, 'sendText'>;

/** The driver calls `open` once, then `receive`, `writable` and `ended` as things happen. */
export class Bridge {
  readonly #socket: BridgeSocket;
  readonly #options: BridgeOptions;
  readonly #page: StreamConnection;
  readonly #calledOff = new AbortController();
  #upstream: Connection | undefined;
  #pathTimer: ReturnType<typeof setInterval> | undefined;
  #pathTold = '';
  #over = false;
  #leave: () => void = () => {};

  constructor(socket: BridgeSocket, options: BridgeOptions) {
    this.#socket = socket;
    this.#options = options;
    const channel = new ServerChannel(socket, NO_BINDING, NO_SECURITY);
    this.#page = new StreamConnection(options.transport, channel, systemLoop);
    this.#page.limitBody(BODY_MAX_BYTES);
  }

  /** Never rejects. */
  async open(): Promise<void> {
    try {
      await this.#options.dial(this.#accept, this.#calledOff.signal);
    } catch (error) {
      this.#failed(error);
    }
  }

  receive(bytes: Uint8Array): void {
    this.#page.receive(bytes);
  }

  writable(): void {
    this.#page.writable();
  }

  ended(status: number): void {
    this.#over = true;
    this.#page.ended(status >= STATUS_ABNORMAL ? 'lost' : 'peer', '');
    if (this.#upstream === undefined) this.#calledOff.abort();
  }

  /** Drops both connections. */
  abort(): void {
    this.#calledOff.abort();
    this.#upstream?.abort();
    this.#page.abort();
  }

  readonly #accept: Accept = (upstream) => {
    this.#upstream = upstream;
    upstream.limitBody(BODY_MAX_BYTES);
    this.#leave = this.#options.opened?.(upstream) ?? this.#leave;
    const { binding, security, remoteAddress, path } = upstream;
    this.#tell({ kind: 'opened', binding, security, remoteAddress, ...(path && { path }) });
    this.#page.start(() => this.#ofPage(upstream));
    this.#pathTimer = setInterval(() => this.#tellPath(upstream), PATH_TOLD_MS);
    if (this.#over) upstream.abort();
    return this.#ofServer();
  };

  #ofServer(): ConnectionEvents {
    const pass = (frame: Uint8Array, on: (copy: Uint8Array) => void) =>
      this.#pass(frame, this.#options.filter.toPage, on);
    return {
      frame: (frame) => pass(frame, (copy) => void this.#page.send(laneOf(copy), copy)),
      datagram: (frame) => pass(frame, (copy) => this.#page.sendUnreliable(copy)),
      drain: () => {},
      pathChanged: (remoteAddress) => this.#tell({ kind: 'moved', remoteAddress }),
      closed: (reason, detail) => this.#serverClosed(reason, detail),
    };
  }

  #ofPage(upstream: Connection): ConnectionEvents {
    const send = (lane: Lane, copy: Uint8Array) => void upstream.send(lane, copy);
    const frame = (frame: Uint8Array) =>
      this.#pass(frame, this.#options.filter.toServer, (copy) => send(laneOf(copy), copy));
    return {
      frame,
      datagram: frame,
      drain: () => {},
      pathChanged: () => {},
      malformed: () => upstream.abort(),
      closed: (reason) => (reason === 'peer' ? upstream.close() : upstream.abort()),
    };
  }

  #pass(frame: Uint8Array, filter: (copy: Uint8Array) => void, on: (copy: Uint8Array) => void): void {
    const copy = frame.slice();
    try {
      filter(copy);
    } catch {
      this.abort();
      return;
    }
    on(copy);
  }

  #serverClosed(reason: CloseReason, detail: string): void {
    clearInterval(this.#pathTimer);
    this.#leave();
    // That this side closed says nothing to the page: it asked for it, or the relay dropped it.
    this.#tell({ kind: 'closed', reason: reason === 'local' ? 'lost' : reason, detail });
    this.#page.close();
  }

  #failed(error: unknown): void {
    const trust = this.#options.trustProblem(error);
    const reason = trust === undefined ? reasonOf(error) : 'untrusted';
    const message = error instanceof Error ? error.message : String(error);
    this.#tell({ kind: 'failed', reason, message, ...(trust && { trust }) });
    this.#page.start(() => NOBODY);
    this.#page.close();
  }

  /** Not to a page that does not read. */
  #tellPath({ path }: Connection): void {
    if (path === undefined || this.#page.bufferedBytes > 0) return;
    const text = encodeControl({ kind: 'path', path });
    if (text === this.#pathTold) return;
    this.#pathTold = text;
    if (!this.#over) this.#socket.sendText(text);
  }

  #tell(message: ControlMessage): void {
    if (!this.#over) this.#socket.sendText(encodeControl(message));
  }
}

const reasonOf = (error: unknown): DialError['reason'] =>
  error instanceof DialError ? error.reason : 'lost';

const NOBODY: ConnectionEvents = {
  frame() {},
  datagram() {},
  drain() {},
  pathChanged() {},
  closed() {},
};
