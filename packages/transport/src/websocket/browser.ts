/**
 * WebSocket as browsers have it, and nothing else: the browser itself checks the certificate and shows nothing of it,
 * so there is no binding and `verify` is not asked [WS-7].
 */
import { ErrorCode, NO_BINDING, SottoError, WEBSOCKET_PATH } from '@sotto/protocol';
import { type Accept, type Connection, DialError, HANDSHAKE_TIMEOUT_MS, type Security } from '../contract.ts';
import type { ByteChannel } from '../stream/channel.ts';
import { StreamConnection } from '../stream/connection.ts';
import { systemLoop } from '../stream/loop.ts';
import { MESSAGE_MAX_BYTES } from './limits.ts';

export interface BrowserDialOptions {
  host: string;
  port: number;
  events: Accept;
  signal?: AbortSignal;
}

/** A browser tells when it has sent everything only to those who ask. */
const DRAIN_POLL_MS = 4;
/** What is handed to the browser between two looks. */
const HANDED_MAX_BYTES = 256 * 1024;
const STATUS_ABNORMAL = 1006;

/** Connects and resolves once the WebSocket is open; throws DialError. */
export async function dialBrowserWebSocket(options: BrowserDialOptions): Promise<Connection> {
  const { host, port, signal } = options;
  const url = `wss://${host.includes(':') ? `[${host}]` : host}:${port}${WEBSOCKET_PATH}`;
  if (signal?.aborted) throw calledOff(url, signal);
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  await opened(socket, url, signal);
  const channel = new BrowserChannel(socket, host);
  const connection = new StreamConnection('websocket', channel, systemLoop);
  channel.drive(connection);
  connection.start(options.events);
  return connection;
}

function opened(socket: WebSocket, url: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: DialError) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.onopen = socket.onclose = null;
      if (error === undefined) return resolve();
      socket.close();
      reject(error);
    };
    const onAbort = () => settle(calledOff(url, signal));
    const timer = setTimeout(
      () => settle(new DialError('timeout', `${url} did not answer`)),
      HANDSHAKE_TIMEOUT_MS,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.onopen = () => settle();
    socket.onclose = () =>
      settle(
        new DialError(
          'refused',
          `cannot connect to ${url}: unreachable, or its certificate is not trusted here`,
        ),
      );
  });
}

const calledOff = (url: string, signal: AbortSignal | undefined): DialError =>
  new DialError('local', `connecting to ${url} was called off`, { cause: signal?.reason });

class BrowserChannel implements ByteChannel {
  readonly remoteAddress: string;
  readonly binding = NO_BINDING;
  readonly security: Security = { protocol: '', cipher: '', group: '', certificateSha256: NO_BINDING.value };
  readonly #socket: WebSocket;
  #writable: () => void = () => {};
  #polling = false;

  constructor(socket: WebSocket, host: string) {
    this.remoteAddress = host;
    this.#socket = socket;
  }

  get unwrittenBytes(): number {
    return this.#socket.bufferedAmount;
  }

  write(bytes: Uint8Array): number {
    let taken = 0;
    while (taken < bytes.length && this.unwrittenBytes < HANDED_MAX_BYTES) {
      const message = bytes.subarray(taken, taken + MESSAGE_MAX_BYTES);
      this.#socket.send(message as Uint8Array<ArrayBuffer>);
      taken += message.length;
    }
    this.#poll();
    return taken;
  }

  end(): void {
    this.#socket.close(1000);
  }

  destroy(): void {
    this.#socket.close();
  }

  drive(connection: StreamConnection): void {
    this.#writable = () => connection.writable();
    this.#socket.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) connection.receive(new Uint8Array(data));
      else connection.malformed(new SottoError(ErrorCode.MALFORMED_FRAME, 'a text message'));
    };
    this.#socket.onclose = ({ code, reason }) =>
      connection.ended(code === STATUS_ABNORMAL ? 'lost' : 'peer', reason);
  }

  #poll(): void {
    if (this.#polling) return;
    this.#polling = true;
    setTimeout(() => {
      this.#polling = false;
      if (this.unwrittenBytes > 0 && this.#socket.readyState === WebSocket.OPEN) this.#poll();
      else this.#writable();
    }, DRAIN_POLL_MS);
  }
}
