/** A relay without checks, for tests of what passes through one. */
import type { Dial, DialOptions, TransportName } from '../contract.ts';
import { dialRelay } from '../relay/dial.ts';
import { Bridge, type FrameFilter, type TrustProblem } from '../relay/index.ts';

interface Seat {
  bridge: Bridge | undefined;
}

export const PASS_ALL: FrameFilter = { toServer() {}, toPage() {} };

export interface RelayedDial {
  /** As a page dials. */
  dial: Dial;
  /** What the relay dials with for the next page. */
  next(options: DialOptions): void;
  address(path: string): string;
  /** Resolves when no page is connected. */
  idle(): Promise<void>;
  close(): void;
}

/** What a page gets that dials by way of a relay which itself uses `dial`. */
export function relayed(transport: TransportName, dial: Dial, filter = PASS_ALL): RelayedDial {
  let asked: DialOptions | undefined;
  const server = Bun.serve<Seat>({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request, bun) =>
      bun.upgrade(request, { data: { bridge: undefined } }) ? undefined : new Response('no'),
    websocket: {
      perMessageDeflate: false,
      open(socket) {
        socket.binaryType = 'uint8array';
        const options = asked;
        socket.data.bridge = new Bridge(socket, {
          transport,
          filter,
          trustProblem,
          dial: async (events, signal) => {
            if (options === undefined) throw new Error('nobody dials');
            return dial({ ...options, events, signal });
          },
        });
        void socket.data.bridge.open();
      },
      message: (socket, message) => {
        if (typeof message !== 'string') socket.data.bridge?.receive(message);
      },
      drain: (socket) => socket.data.bridge?.writable(),
      close: (socket, status) => socket.data.bridge?.ended(status),
    },
  });
  const next = (options: DialOptions) => {
    asked = options;
  };
  const address = (path: string) => `ws://127.0.0.1:${server.port}${path}`;
  const door = {
    socket: (path: string) => new WebSocket(address(path)),
    distrust: ({ kind, seen }: TrustProblem) => new Error(`${kind} ${seen}`),
  };
  return {
    dial: (options) => {
      next(options);
      return dialRelay(transport, door)(options);
    },
    next,
    address,
    idle: async () => {
      while (server.pendingWebSockets > 0) await new Promise((later) => setTimeout(later, 1));
    },
    close: () => void server.stop(true),
  };
}

const trustProblem = (error: unknown): TrustProblem | undefined =>
  error instanceof Error && error.cause instanceof Error && error.cause.message === 'another certificate'
    ? { kind: 'new', server: 'here', seen: 'SHA256:00' }
    : undefined;
