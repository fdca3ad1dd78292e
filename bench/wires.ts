/** How the load reaches the server over each transport, as cheaply as the runtime allows. */
import { ALPN, BODY_MAX_BYTES, laneOf, WEBSOCKET_PATH } from '@sotto/protocol';
import type { Dial } from '@sotto/transport';
import { dialQuic } from '@sotto/transport/quic';
import { dialUdp } from '@sotto/transport/udp';

export const BENCH_TRANSPORTS = ['udp', 'quic', 'tls', 'websocket'] as const;
export type BenchTransport = (typeof BENCH_TRANSPORTS)[number];

export interface Wire {
  /** Whole frames of one lane. */
  write(frames: Uint8Array): void;
  close(): void;
}

export interface WireEvents {
  /** Bytes of frames as they come, valid during the call only. */
  received(bytes: Uint8Array): void;
  /** It is over, whoever ended it. */
  closed(): void;
}

const HOST = '127.0.0.1';

export function openWire(transport: BenchTransport, port: number, events: WireEvents): Promise<Wire> {
  switch (transport) {
    case 'tls':
      return openTls(port, events);
    case 'websocket':
      return openWebSocket(port, events);
    case 'udp':
      return openOurs(dialUdp, port, events);
    case 'quic':
      return openOurs(dialQuic, port, events);
  }
}

/** The runtime's own sockets, without our adapter. */
function openTls(port: number, events: WireEvents): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<Wire>();
  const alpn = Buffer.from(`${String.fromCharCode(ALPN.length)}${ALPN}`);
  let unwritten: Uint8Array[] = [];
  const write = (socket: Bun.Socket<undefined>, bytes: Uint8Array) => {
    const written = unwritten.length > 0 ? 0 : Math.max(0, socket.write(bytes));
    if (written < bytes.length) unwritten.push(bytes.subarray(written));
  };
  Bun.connect<undefined>({
    hostname: HOST,
    port,
    tls: { rejectUnauthorized: false, ALPNProtocols: alpn } as Bun.TLSOptions,
    socket: {
      handshake: (socket) => resolve({ write: (bytes) => write(socket, bytes), close: () => socket.end() }),
      data: (_socket, bytes) => events.received(bytes),
      drain: (socket) => {
        const waiting = unwritten;
        unwritten = [];
        for (const bytes of waiting) write(socket, bytes);
      },
      close: () => {
        reject(new Error('connection closed'));
        events.closed();
      },
    },
  }).catch(reject);
  return promise;
}

/** The runtime's own WebSocket, without our adapter. */
function openWebSocket(port: number, events: WireEvents): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<Wire>();
  const tls = { rejectUnauthorized: false };
  const socket = new WebSocket(`wss://${HOST}:${port}${WEBSOCKET_PATH}`, { tls } as unknown as string[]);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () =>
    resolve({ write: (bytes) => socket.send(bytes as Uint8Array<ArrayBuffer>), close: () => socket.close() });
  socket.onmessage = ({ data }) => events.received(new Uint8Array(data as ArrayBuffer));
  socket.onclose = () => {
    reject(new Error('connection closed'));
    events.closed();
  };
  return promise;
}

/** Our own transport: the load bears all of what its side of it costs. */
async function openOurs(dial: Dial, port: number, events: WireEvents): Promise<Wire> {
  const connection = await dial({
    host: HOST,
    port,
    verify: () => {},
    events: () => ({
      frame: events.received,
      datagram: events.received,
      drain: () => {},
      pathChanged: () => {},
      closed: events.closed,
    }),
  });
  connection.limitBody(BODY_MAX_BYTES);
  return {
    write: (frames) => void connection.send(laneOf(frames), frames),
    close: () => connection.close(),
  };
}
