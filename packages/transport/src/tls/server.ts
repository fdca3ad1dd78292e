import {
  ALPN,
  type Binding,
  EXPORTER_BYTES,
  EXPORTER_LABEL,
  exporterBinding,
  NO_BINDING,
} from '@sotto/protocol';
import { plainAddress } from '../address.ts';
import { avoidBbrOn } from '../congestion-control.ts';
import {
  type Accept,
  HANDSHAKE_TIMEOUT_MS,
  type Listener,
  type Security,
  type TlsIdentity,
} from '../contract.ts';
import { listenError } from '../listen-error.ts';
import { plainBytes } from '../plain-bytes.ts';
import type { ByteChannel } from '../stream/channel.ts';
import { StreamConnection } from '../stream/connection.ts';
import { Deadlines } from '../stream/deadlines.ts';
import { systemClock, systemLoop } from '../stream/loop.ts';

/**
 * Handshakes under way at once; further ones are reset. Enough for every client of a large server to come back at the
 * same moment after a restart, and at a few kilobytes each no danger.
 */
const HANDSHAKES_MAX = 16_384;
const TLS_1_3 = 0x0304;

export interface ListenTlsOptions {
  hostname: string;
  /** 0 takes a free one. */
  port: number;
  identity: TlsIdentity;
  accept: Accept;
  handshakeTimeoutMs?: number;
  handshakesMax?: number;
}

/** Undefined until the handshake is complete. */
type SocketState = StreamConnection | undefined;
type ServerSocket = Bun.Socket<SocketState>;

/** Listens for TLS 1.3 with ALPN `sotto/1` [TLS-1] [TLS-2]. Throws ListenError. */
export function listenTls(options: ListenTlsOptions): Listener {
  const { hostname, port, identity } = options;
  try {
    const listener = Bun.listen<SocketState>({
      hostname,
      port,
      tls: {
        cert: identity.certificate,
        key: identity.privateKey,
        minVersion: TLS_1_3,
        ALPNProtocols: wireAlpn(ALPN),
      } as Bun.TLSOptions,
      socket: socketHandler(options),
    });
    void avoidBbrOn(listener.port);
    return {
      transport: 'tls',
      address: hostname,
      port: listener.port,
      close: async () => listener.stop(),
    };
  } catch (error) {
    throw listenError('tls', hostname, port, error);
  }
}

/** One set of handlers serves every connection of the listener; what differs is in `socket.data`. */
function socketHandler(options: ListenTlsOptions): Bun.SocketHandler<SocketState> {
  const {
    identity,
    accept,
    handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS,
    handshakesMax = HANDSHAKES_MAX,
  } = options;
  const handshakes = new Deadlines<ServerSocket>(systemClock, handshakeTimeoutMs, (socket) =>
    socket.terminate(),
  );
  return {
    open(socket) {
      if (handshakes.size >= handshakesMax) {
        socket.terminate();
        return;
      }
      handshakes.add(socket);
    },
    handshake(socket, success) {
      handshakes.delete(socket);
      if (!success || socket.alpnProtocol !== ALPN) {
        socket.terminate();
        return;
      }
      socket.data = new StreamConnection('tls', new ServerChannel(socket, identity), systemLoop);
      socket.data.start(accept);
    },
    data: (socket, bytes) => socket.data?.receive(plainBytes(bytes)),
    drain: (socket) => socket.data?.writable(),
    close(socket, error) {
      handshakes.delete(socket);
      socket.data?.ended(error === undefined ? 'peer' : 'lost', errorCode(error));
    },
    /** A record that does not decrypt, or a fatal alert; the socket closes by itself. */
    error: (socket, error) => socket.data?.ended('lost', error.message),
  };
}

class ServerChannel implements ByteChannel {
  readonly remoteAddress: string;
  readonly #socket: ServerSocket;
  readonly #identity: TlsIdentity;

  constructor(socket: ServerSocket, identity: TlsIdentity) {
    this.remoteAddress = plainAddress(socket.remoteAddress);
    this.#socket = socket;
    this.#identity = identity;
  }

  get binding(): Binding {
    const value = this.#socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, NO_CONTEXT);
    return value === undefined ? NO_BINDING : exporterBinding(plainBytes(value));
  }

  get security(): Security {
    const cipher = this.#socket.getCipher();
    return {
      protocol: cipher?.version ?? '',
      cipher: cipher?.name ?? '',
      group: '',
      certificateSha256: this.#identity.certificateSha256,
    };
  }

  /** The socket buffers nothing: what it did not take is still the caller's. */
  get unwrittenBytes(): number {
    return 0;
  }

  write(bytes: Uint8Array): number {
    return Math.max(0, this.#socket.write(bytes));
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.terminate();
  }
}

const NO_CONTEXT = Buffer.alloc(0);

const errorCode = (error: Error | undefined): string =>
  error !== undefined && 'code' in error ? String(error.code) : (error?.message ?? '');

/** RFC 7301 section 3.1: each name after its length. */
export function wireAlpn(name: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(name);
  return new Uint8Array([bytes.length, ...bytes]);
}
