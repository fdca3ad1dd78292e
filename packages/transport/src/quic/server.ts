import { createPrivateKey } from 'node:crypto';
import { isIPv6, SocketAddress } from 'node:net';
import type { QuicEndpoint, QuicSession, SessionOptions } from 'node:quic';
import { getSystemErrorName } from 'node:util';
import { ALPN } from '@sotto/protocol';
import { CloseCode } from '@sotto/protocol/udp';
import { type Accept, HANDSHAKE_TIMEOUT_MS, type TlsIdentity } from '../contract.ts';
import { systemLoop } from '../stream/loop.ts';
import { QuicConnection } from './connection.ts';
import { closeOptions, TransportCode } from './end.ts';
import { handshakeOf } from './handshake.ts';
import type { QuicModule } from './runtime.ts';
import { SERVER_CREDIT, sessionOptions } from './settings.ts';
import { prepareSockets } from './sockets.ts';

export interface ServerOptions {
  identity: TlsIdentity;
  accept: Accept;
  /** Connections and handshakes under way together, for each local address. */
  sessionsMax?: number;
  handshakesMax?: number;
  handshakeTimeoutMs?: number;
}

/** Sums since the listener began. */
export interface QuicCounters {
  /** Sessions that got as far as a first packet that the runtime understood. */
  sessions: number;
  established: number;
  packetsReceived: number;
  packetsSent: number;
  bytesReceived: number;
  bytesSent: number;
  statelessResets: number;
  versionNegotiations: number;
}

/** The most that the runtime can count to. */
const SESSIONS_MAX = 65_535;
/** Handshakes under way at once; further ones are refused. At 30 KB each no danger [QUIC-8]. */
const HANDSHAKES_MAX = 4_096;

const ENDPOINT_SUMS = [
  'serverSessions',
  'packetsReceived',
  'packetsSent',
  'bytesReceived',
  'bytesSent',
  'statelessResetCount',
  'versionNegotiationCount',
] as const;
type EndpointSum = (typeof ENDPOINT_SUMS)[number];

/** A server's endpoints, one for each local address. */
export class QuicServer {
  readonly #quic: QuicModule;
  readonly #options: ServerOptions;
  readonly #sessionOptions: SessionOptions;
  readonly #open = new Map<string, QuicEndpoint>();
  /** Their sums count, also once they are closed. */
  #endpoints: QuicEndpoint[] = [];
  /** Of those that were dropped. */
  readonly #sums = new Map<EndpointSum, number>();
  #established = 0;
  #handshakes = 0;
  #isClosed = false;

  constructor(quic: QuicModule, options: ServerOptions) {
    this.#quic = quic;
    this.#options = options;
    const { identity, handshakeTimeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
    const keys = [createPrivateKey(identity.privateKey)];
    this.#sessionOptions = {
      ...sessionOptions(SERVER_CREDIT),
      handshakeTimeout: handshakeTimeoutMs,
      alpn: [ALPN],
      // The same for every name: clients know the server by its certificate.
      sni: { '*': { keys, certs: [new TextEncoder().encode(identity.certificate)] } },
    };
  }

  get counters(): QuicCounters {
    const sum = (name: EndpointSum): number =>
      this.#endpoints.reduce((total, { stats }) => total + Number(stats[name]), this.#sums.get(name) ?? 0);
    return {
      sessions: sum('serverSessions'),
      established: this.#established,
      packetsReceived: sum('packetsReceived'),
      packetsSent: sum('packetsSent'),
      bytesReceived: sum('bytesReceived'),
      bytesSent: sum('bytesSent'),
      statelessResets: sum('statelessResetCount'),
      versionNegotiations: sum('versionNegotiationCount'),
    };
  }

  /** Listens on one address too and returns the port. Rejects with an error that has the system's code. */
  async open(address: string, port: number): Promise<number> {
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    const endpoint = new this.#quic.QuicEndpoint({
      address: new SocketAddress({ address, family, port }),
      ipv6Only: family === 'ipv6',
      // A Retry before anything else; Bun 1.4 takes the option and sends none [QUIC-8].
      validateAddress: true,
      // Any number of clients may share an address.
      maxConnectionsPerHost: 0,
      maxConnectionsTotal: this.#options.sessionsMax ?? SESSIONS_MAX,
    });
    const closed = endpoint.closed.then(() => new Error('the endpoint was closed'), bindError);
    await this.#quic.listen((session) => void this.#accept(session), { ...this.#sessionOptions, endpoint });
    const bound = endpoint.address;
    if (bound === undefined) throw await closed;
    await prepareSockets(bound.port);
    this.#open.set(address, endpoint);
    this.#endpoints.push(endpoint);
    return bound.port;
  }

  /** The address is gone, and with it whoever talked to it. */
  drop(address: string): void {
    const endpoint = this.#open.get(address);
    if (endpoint === undefined) return;
    for (const name of ENDPOINT_SUMS)
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + Number(endpoint.stats[name]));
    this.#endpoints = this.#endpoints.filter((other) => other !== endpoint);
    endpoint.destroy();
    this.#open.delete(address);
  }

  /** Takes nobody any more; who is connected stays so. */
  close(): void {
    this.#isClosed = true;
    for (const endpoint of this.#open.values()) void endpoint.close();
    this.#open.clear();
  }

  async #accept(session: QuicSession): Promise<void> {
    if (this.#handshakes >= (this.#options.handshakesMax ?? HANDSHAKES_MAX)) {
      session.closed.catch(() => {});
      session.opened.catch(() => {});
      session.destroy(undefined, { code: TransportCode.connectionRefused, type: 'transport' });
      return;
    }
    try {
      const { info, binding, group, streams } = await this.#counted(handshakeOf(session));
      if (this.#isClosed) {
        session.destroy(undefined, closeOptions(CloseCode.refused, 'the server takes nobody any more'));
        return;
      }
      this.#established += 1;
      const { certificateSha256 } = this.#options.identity;
      const security = { protocol: info.cipherVersion, cipher: info.cipher, group, certificateSha256 };
      const facts = { remoteAddress: info.remote.address, binding, security };
      new QuicConnection(session, facts, systemLoop).start(this.#options.accept, streams);
    } catch {
      // Whoever came did not finish the handshake.
      session.destroy(undefined, closeOptions(CloseCode.handshake, ''));
    }
  }

  async #counted<T>(handshake: Promise<T>): Promise<T> {
    this.#handshakes += 1;
    try {
      return await handshake;
    } finally {
      this.#handshakes -= 1;
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
