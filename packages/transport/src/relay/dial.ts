/** The page's end of `sotto open`: any transport, by way of the relay on this machine. Runs in browsers. */
import { ErrorCode, SottoError } from '@sotto/protocol';
import {
  type CloseReason,
  type Connection,
  type Dial,
  DialError,
  type DialOptions,
  HANDSHAKE_TIMEOUT_MS,
  type PathFacts,
  type TransportName,
} from '../contract.ts';
import { StreamConnection } from '../stream/connection.ts';
import { systemLoop } from '../stream/loop.ts';
import { BrowserChannel } from '../websocket/browser-channel.ts';
import { type ControlMessage, decodeControl, type TrustProblem } from './control.ts';
import { dialPath } from './paths.ts';

/** The relay gives up first, and says why. */
const OPEN_TIMEOUT_MS = HANDSHAKE_TIMEOUT_MS + 2_000;

export interface RelayDoor {
  /** A WebSocket to this path of the relay. */
  socket(path: string): WebSocket;
  /** What becomes the cause of a DialError `untrusted`. */
  distrust(problem: TrustProblem): Error;
}

type Opened = Extract<ControlMessage, { kind: 'opened' }>;

/** `verify` is not asked: the relay has checked the certificate, and knows whom to trust [RELAY-5]. */
export const dialRelay =
  (transport: TransportName, door: RelayDoor): Dial =>
  (options) =>
    new Promise((resolve, reject) => new Dialling(transport, door, options, { resolve, reject }));

interface Settle {
  resolve(connection: Connection): void;
  reject(error: DialError): void;
}

class Dialling {
  readonly #transport: TransportName;
  readonly #door: RelayDoor;
  readonly #options: DialOptions;
  readonly #settle: Settle;
  readonly #what: string;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(transport: TransportName, door: RelayDoor, options: DialOptions, settle: Settle) {
    this.#transport = transport;
    this.#door = door;
    this.#options = options;
    this.#settle = settle;
    this.#what = `${transport} to ${options.host}:${options.port}`;
    if (options.signal?.aborted) this.#callOff();
    else this.#begin();
  }

  #begin(): void {
    const socket = this.#door.socket(dialPath(this.#transport, this.#options.port));
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#fail('timeout', 'the relay did not answer'), OPEN_TIMEOUT_MS);
    this.#options.signal?.addEventListener('abort', this.#callOff, { once: true });
    socket.onclose = () => this.#fail('lost', 'the relay on this machine is gone');
    // In the same event: what follows may come before a promise is heard of.
    socket.onmessage = ({ data }) => this.#firstWord(data, socket);
  }

  #firstWord(data: unknown, socket: WebSocket): void {
    const message = typeof data === 'string' ? decodeControl(data) : undefined;
    if (message?.kind === 'failed') this.#refused(message);
    else if (message?.kind !== 'opened') this.#fail('malformed', 'the relay says what means nothing');
    else {
      this.#end();
      const connection = new RelayedConnection(this.#transport, socket, message, this.#options);
      this.#settle.resolve(connection);
    }
  }

  #refused({ reason, message, trust }: Extract<ControlMessage, { kind: 'failed' }>): void {
    this.#end();
    this.#socket?.close();
    const cause = trust && this.#door.distrust(trust);
    this.#settle.reject(new DialError(reason, message, { cause }));
  }

  #fail(reason: DialError['reason'], words: string, cause?: unknown): void {
    this.#end();
    this.#socket?.close();
    this.#settle.reject(new DialError(reason, `${this.#what}: ${words}`, { cause }));
  }

  readonly #callOff = (): void => this.#fail('local', 'called off', this.#options.signal?.reason);

  #end(): void {
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#callOff);
    if (this.#socket !== undefined) this.#socket.onclose = this.#socket.onmessage = null;
  }
}

/** What the relay tells of its own connection to the server is what this one says of itself [RELAY-2]. */
class RelayedConnection extends StreamConnection {
  path?: PathFacts;
  #end: { reason: CloseReason; detail: string } | undefined;

  constructor(transport: TransportName, socket: WebSocket, opened: Opened, { events }: DialOptions) {
    const { remoteAddress, binding, security, path } = opened;
    const channel = new BrowserChannel(socket, { remoteAddress, binding, security });
    super(transport, channel, systemLoop);
    if (path !== undefined) this.path = path;
    let moved: (address: string) => void = () => {};
    channel.drive(this, {
      text: (text) => this.#told(text, channel, (address) => moved(address)),
      reason: () => this.#end,
    });
    this.start((connection) => {
      const owner = events(connection);
      moved = (address) => owner.pathChanged(address);
      return owner;
    });
  }

  #told(text: string, channel: BrowserChannel, moved: (address: string) => void): void {
    const message = decodeControl(text);
    switch (message?.kind) {
      case 'path':
        this.path = message.path;
        return;
      case 'moved':
        channel.facts.remoteAddress = message.remoteAddress;
        moved(message.remoteAddress);
        return;
      case 'closed':
        this.#end = { reason: message.reason, detail: message.detail };
        return;
      case 'opened':
      case 'failed':
      case undefined:
        this.malformed(new SottoError(ErrorCode.MALFORMED_FRAME, 'the relay says what means nothing'));
    }
  }
}
