/** How the load reaches the server over each transport, as cheaply as the runtime allows. */
import { ALPN, BODY_MAX_BYTES, laneOf, WEBSOCKET_PATH } from '@sotto/protocol';
import { dialUdp } from '@sotto/transport/udp';

export const BENCH_TRANSPORTS = ['tls', 'websocket', 'udp'] as const;
export type BenchTransport = (typeof BENCH_TRANSPORTS)[number];

export interface Wire {
  /** Whole frames of one lane. */
  write(frames: Uint8Array): void;
  close(): void;
}

/** Takes the bytes of frames as they come; they are valid during the call only. */
export type Receive = (bytes: Uint8Array) => void;

const HOST = '127.0.0.1';

export function openWire(transport: BenchTransport, port: number, receive: Receive): Promise<Wire> {
  switch (transport) {
    case 'tls':
      return openTls(port, receive);
    case 'websocket':
      return openWebSocket(port, receive);
    case 'udp':
      return openUdp(port, receive);
  }
}

/** The runtime's own sockets, without our adapter. */
function openTls(port: number, receive: Receive): Promise<Wire> {
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
      data: (_socket, bytes) => receive(bytes),
      drain: (socket) => {
        const waiting = unwritten;
        unwritten = [];
        for (const bytes of waiting) write(socket, bytes);
      },
      close: () => reject(new Error('connection closed')),
    },
  }).catch(reject);
  return promise;
}

/** The runtime's own WebSocket, without our adapter. */
function openWebSocket(port: number, receive: Receive): Promise<Wire> {
  const { promise, resolve, reject } = Promise.withResolvers<Wire>();
  const tls = { rejectUnauthorized: false };
  const socket = new WebSocket(`wss://${HOST}:${port}${WEBSOCKET_PATH}`, { tls } as unknown as string[]);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () =>
    resolve({ write: (bytes) => socket.send(bytes as Uint8Array<ArrayBuffer>), close: () => socket.close() });
  socket.onmessage = ({ data }) => receive(new Uint8Array(data as ArrayBuffer));
  socket.onclose = () => reject(new Error('connection closed'));
  return promise;
}

/** Our own transport: the load bears all of what its side of it costs. */
async function openUdp(port: number, receive: Receive): Promise<Wire> {
  const connection = await dialUdp({
    host: HOST,
    port,
    verify: () => {},
    events: () => ({
      frame: receive,
      datagram: receive,
      drain: () => {},
      pathChanged: () => {},
      closed: () => {},
    }),
  });
  connection.limitBody(BODY_MAX_BYTES);
  return {
    write: (frames) => void connection.send(laneOf(frames), frames),
    close: () => connection.close(),
  };
}
