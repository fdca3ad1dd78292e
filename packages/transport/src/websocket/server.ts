import { type Binding, certificateBinding, WEBSOCKET_PATH } from '@sotto/protocol';
import { avoidBbrOn } from '../congestion-control.ts';
import type { Accept, Listener, Security, TlsIdentity } from '../contract.ts';
import { listenError } from '../listen-error.ts';
import { StreamConnection } from '../stream/connection.ts';
import { systemLoop } from '../stream/loop.ts';
import { MESSAGE_MAX_BYTES } from './limits.ts';
import { ServerChannel, STATUS_ABNORMAL, STATUS_UNSUPPORTED_DATA } from './server-channel.ts';

const TLS_1_3 = 0x0304;
/** Bun drops a connection that has not made its request within about this time, however it dribbles [WS-6]. */
const REQUEST_TIMEOUT_S = 10;
const REQUEST_BODY_MAX_BYTES = 64 * 1024;
/** More than one write of ours; a socket that holds more is broken. */
const SOCKET_BUFFER_MAX_BYTES = 1024 * 1024;

export interface ListenWebSocketOptions {
  hostname: string;
  /** 0 takes a free one. */
  port: number;
  identity: TlsIdentity;
  accept: Accept;
  /** Origins of web pages from elsewhere that may connect ("https://chat.example"); this server's own always may. */
  origins?: readonly string[];
  /** Answers every other request. `patience`: from now on its connection may be silent for this long, instead of some 10 s. */
  fetch?: (request: Request, patience: (seconds: number) => void) => Response | Promise<Response>;
  /** What every answer carries unless it says otherwise, by the Host header of the request. */
  headers?: (host: string | null) => Readonly<Record<string, string>>;
}

interface SocketState {
  connection: StreamConnection | undefined;
}

/** Listens for WebSocket over TLS 1.3 on WEBSOCKET_PATH [WS-1]. Throws ListenError. */
export function listenWebSocket(options: ListenWebSocketOptions): Listener {
  const { hostname, port, identity } = options;
  try {
    const server = Bun.serve<SocketState>({
      hostname,
      port,
      tls: { cert: identity.certificate, key: identity.privateKey, minVersion: TLS_1_3 } as Bun.TLSOptions,
      idleTimeout: REQUEST_TIMEOUT_S,
      maxRequestBodySize: REQUEST_BODY_MAX_BYTES,
      fetch: (request, bun) => answer(options, request, bun),
      error: () => withHeaders(options, null, new Response('Internal Server Error\n', { status: 500 })),
      websocket: {
        ...socketHandler(options),
        maxPayloadLength: MESSAGE_MAX_BYTES,
        backpressureLimit: SOCKET_BUFFER_MAX_BYTES,
        closeOnBackpressureLimit: true,
        // The session pings and notices silence, alike on every transport.
        idleTimeout: 0,
        sendPings: false,
        perMessageDeflate: false,
      },
    });
    void avoidBbrOn(server.port ?? port);
    return {
      transport: 'websocket',
      address: hostname,
      port: server.port ?? port,
      close: async () => {
        void server.stop();
      },
    };
  } catch (error) {
    throw listenError('websocket', hostname, port, error);
  }
}

function answer(options: ListenWebSocketOptions, request: Request, server: Bun.Server<SocketState>) {
  const response = respond(options, request, server);
  if (response === undefined) return undefined;
  const host = request.headers.get('host');
  return response instanceof Response
    ? withHeaders(options, host, response)
    : response.then((later) => withHeaders(options, host, later));
}

function withHeaders({ headers }: ListenWebSocketOptions, host: string | null, response: Response): Response {
  for (const [name, value] of Object.entries(headers?.(host) ?? {}))
    if (!response.headers.has(name)) response.headers.set(name, value);
  return response;
}

/** Undefined where it became a WebSocket. */
function respond(options: ListenWebSocketOptions, request: Request, server: Bun.Server<SocketState>) {
  const url = URL.parse(request.url);
  if (url === null) return new Response('Bad Request\n', { status: 400 });
  if (url.pathname !== WEBSOCKET_PATH) {
    const patience = (seconds: number) => server.timeout(request, seconds);
    return options.fetch?.(request, patience) ?? new Response('Not Found\n', { status: 404 });
  }
  if (!originAllowed(request, options.origins ?? [])) {
    return new Response('pages of this origin may not connect\n', { status: 403 });
  }
  if (server.upgrade(request, { data: { connection: undefined } })) return undefined;
  return new Response('a WebSocket endpoint\n', { status: 426, headers: { Upgrade: 'websocket' } });
}

/** Browsers always send an Origin [WS-5]; programs have no reason to. */
function originAllowed(request: Request, origins: readonly string[]): boolean {
  const origin = request.headers.get('origin');
  if (origin === null || origins.includes(origin)) return true;
  const host = request.headers.get('host');
  return host !== null && origin === `https://${host}`;
}

function socketHandler({ identity, accept }: ListenWebSocketOptions): Bun.WebSocketHandler<SocketState> {
  const binding: Binding = certificateBinding(identity.certificateSha256);
  // Bun does not tell the cipher of a WebSocket.
  const security: Security = {
    protocol: 'TLSv1.3',
    cipher: '',
    group: '',
    certificateSha256: identity.certificateSha256,
  };
  return {
    open(socket) {
      socket.binaryType = 'uint8array';
      const connection = new StreamConnection(
        'websocket',
        new ServerChannel(socket, binding, security),
        systemLoop,
      );
      socket.data.connection = connection;
      connection.start(accept);
    },
    message(socket, message) {
      if (typeof message === 'string') socket.close(STATUS_UNSUPPORTED_DATA, 'binary messages only');
      else socket.data.connection?.receive(message);
    },
    drain: (socket) => socket.data.connection?.writable(),
    close(socket, status, reason) {
      const { connection } = socket.data;
      if (status === STATUS_ABNORMAL) connection?.ended('lost', reason);
      else if (status > STATUS_ABNORMAL || status === STATUS_UNSUPPORTED_DATA)
        connection?.ended('malformed', reason);
      else connection?.ended('peer', reason);
    },
  };
}
