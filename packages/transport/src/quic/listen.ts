import { createPrivateKey } from 'node:crypto';
import { isIPv6, SocketAddress } from 'node:net';
import type { QuicEndpoint, QuicSession, SessionOptions } from 'node:quic';
import { getSystemErrorName } from 'node:util';
import { ALPN } from '@sotto/protocol';
import { type Accept, ListenError, type Listener, type TlsIdentity } from '../contract.ts';
import { Following } from '../following.ts';
import { listenError } from '../listen-error.ts';
import { systemLoop } from '../stream/loop.ts';
import { QuicConnection } from './connection.ts';
import { handshakeOf } from './handshake.ts';
import { loadQuic, type QuicModule } from './runtime.ts';
import { sessionOptions } from './settings.ts';

export interface ListenQuicOptions {
  hostname: string;
  /** 0 takes a free one. */
  port: number;
  identity: TlsIdentity;
  accept: Accept;
  /** Connections and handshakes together, of each local address. */
  sessionsMax?: number;
}

/** The most that the runtime can count to. */
const SESSIONS_MAX = 65_535;

/** Listens on QUIC. Rejects with ListenError. */
export async function listenQuic(options: ListenQuicOptions): Promise<Listener> {
  const { hostname, port } = options;
  const quic = await loadQuic().catch((error: unknown) => {
    throw listenError('quic', hostname, port, error);
  });
  const server = new Server(quic, options);
  const following = new Following({
    hostname,
    port,
    open: (address, port) => server.open(address, port),
    close: (address) => server.drop(address),
  });
  try {
    await following.open();
  } catch (error) {
    throw error instanceof ListenError ? error : listenError('quic', hostname, port, error);
  }
  return {
    transport: 'quic',
    address: hostname,
    port: following.port,
    async close() {
      following.stop();
      server.close();
    },
  };
}

/** The endpoints of a server, one for each local address. */
class Server {
  readonly #quic: QuicModule;
  readonly #options: ListenQuicOptions;
  readonly #sessionOptions: SessionOptions;
  readonly #endpoints = new Map<string, QuicEndpoint>();

  constructor(quic: QuicModule, options: ListenQuicOptions) {
    this.#quic = quic;
    this.#options = options;
    const { certificate, privateKey } = options.identity;
    this.#sessionOptions = {
      ...sessionOptions,
      alpn: [ALPN],
      sni: { '*': { keys: [createPrivateKey(privateKey)], certs: [new TextEncoder().encode(certificate)] } },
    };
  }

  async open(address: string, port: number): Promise<number> {
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    const endpoint = new this.#quic.QuicEndpoint({
      address: new SocketAddress({ address, family, port }),
      ipv6Only: family === 'ipv6',
      // Many clients may share an address.
      maxConnectionsPerHost: 0,
      maxConnectionsTotal: this.#options.sessionsMax ?? SESSIONS_MAX,
    });
    const failed = endpoint.closed.then(
      () => new Error('the endpoint was closed'),
      (error: unknown) => bindError(error),
    );
    await this.#quic.listen((session) => void this.#accept(session), { ...this.#sessionOptions, endpoint });
    const bound = endpoint.address;
    if (bound === undefined) throw await failed;
    this.#endpoints.set(address, endpoint);
    return bound.port;
  }

  /** Ends what goes over that address: it is gone. */
  drop(address: string): void {
    this.#endpoints.get(address)?.destroy();
    this.#endpoints.delete(address);
  }

  /** Who is connected stays so. */
  close(): void {
    for (const endpoint of this.#endpoints.values()) void endpoint.close();
    this.#endpoints.clear();
  }

  async #accept(session: QuicSession): Promise<void> {
    try {
      const { info, binding, group, streams } = await handshakeOf(session);
      const { certificateSha256 } = this.#options.identity;
      const security = { protocol: info.cipherVersion, cipher: info.cipher, group, certificateSha256 };
      const facts = { remoteAddress: info.remote.address, binding, security };
      new QuicConnection(session, facts, systemLoop).start(this.#options.accept, streams);
    } catch {
      // Whoever came did not finish the handshake.
      session.destroy();
    }
  }
}

/** The runtime says the system's error number at the end of its words. */
function bindError(error: unknown): unknown {
  const number = /\((\d+)\)$/.exec(error instanceof Error ? error.message : '')?.[1];
  if (number === undefined) return error;
  const code = getSystemErrorName(-Number(number));
  return Object.assign(new Error(`binding failed: ${code}`), { code });
}
