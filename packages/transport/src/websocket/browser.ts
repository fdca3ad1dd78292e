/**
 * WebSocket as browsers have it, and nothing else: the browser itself checks the certificate and shows nothing of it,
 * so there is no binding and `verify` is not asked [WS-7].
 */
import { NO_BINDING, WEBSOCKET_PATH } from '@sotto/protocol';
import { type Accept, type Connection, DialError, HANDSHAKE_TIMEOUT_MS } from '../contract.ts';
import { StreamConnection } from '../stream/connection.ts';
import { systemLoop } from '../stream/loop.ts';
import { BrowserChannel } from './browser-channel.ts';

export interface BrowserDialOptions {
  host: string;
  port: number;
  events: Accept;
  signal?: AbortSignal;
}

/** Connects and resolves once the WebSocket is open; throws DialError. */
export async function dialBrowserWebSocket(options: BrowserDialOptions): Promise<Connection> {
  const { host, port, signal } = options;
  const url = `wss://${host.includes(':') ? `[${host}]` : host}:${port}${WEBSOCKET_PATH}`;
  if (signal?.aborted) throw calledOff(url, signal);
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  await opened(socket, url, signal);
  const channel = new BrowserChannel(socket, {
    remoteAddress: host,
    binding: NO_BINDING,
    security: { protocol: '', cipher: '', group: '', certificateSha256: NO_BINDING.value },
  });
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
