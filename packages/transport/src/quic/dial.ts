import { createHash } from 'node:crypto';
import { isIP, isIPv6, SocketAddress } from 'node:net';
import type { QuicEndpoint, QuicSession, SessionOptions } from 'node:quic';
import { checkServerIdentity, rootCertificates } from 'node:tls';
import { ALPN } from '@sotto/protocol';
import { CloseCode } from '@sotto/protocol/udp';
import { type Connection, type Dial, DialError } from '../contract.ts';
import { type DialWithinOptions, dialAddresses } from '../dial-addresses.ts';
import { systemLoop } from '../stream/loop.ts';
import { judge, notSotto, type SeenCertificate } from '../tls/certificate.ts';
import { dialError } from '../tls/dial-error.ts';
import { QuicConnection } from './connection.ts';
import { applicationCode, closeOptions, TransportCode, transportCode } from './end.ts';
import { type Established, handshakeOf } from './handshake.ts';
import { watchRefusal } from './refusal.ts';
import { loadQuic, type QuicModule } from './runtime.ts';
import { CLIENT_CREDIT, sessionOptions } from './settings.ts';

/** Connects over QUIC, where the runtime has it. */
export const dialQuic: Dial = (options) => dialQuicWithin(options);

/** As `dialQuic`, for those who have no time for the usual limit. */
export async function dialQuicWithin(options: DialWithinOptions): Promise<Connection> {
  return dialAddresses(options, async (address, signal) => {
    const quic = await loadQuic().catch((cause: Error) => {
      const { host, port } = options;
      throw new DialError('lost', `cannot reach ${host}:${port}: ${cause.message}`, { cause });
    });
    return new Attempt(quic, options, address).run(signal);
  });
}

/** One address. Nothing stays open when it fails or is called off. */
class Attempt {
  readonly #quic: QuicModule;
  readonly #options: DialWithinOptions;
  readonly #address: string;
  #endpoint: QuicEndpoint | undefined;
  #session: QuicSession | undefined;

  constructor(quic: QuicModule, options: DialWithinOptions, address: string) {
    this.#quic = quic;
    this.#options = options;
    this.#address = address;
  }

  async run(signal: AbortSignal): Promise<Connection> {
    const give = () => this.#giveUp();
    signal.addEventListener('abort', give, { once: true });
    const refused = Promise.withResolvers<never>();
    const unwatch = watchRefusal(this.#address, this.#options.port, () =>
      refused.reject(refusal(this.#options)),
    );
    try {
      const established = await Promise.race([this.#handshake(), refused.promise]);
      unwatch();
      const seen = this.#seen(established);
      if (established.info.protocol !== ALPN) throw notSotto(this.#options, ALPN);
      await judge(this.#options, seen);
      signal.throwIfAborted();
      return this.#introduce(established, seen.sha256);
    } catch (error) {
      this.#giveUp();
      throw error instanceof DialError ? error : failure(this.#options, error);
    } finally {
      unwatch();
      signal.removeEventListener('abort', give);
    }
  }

  async #handshake(): Promise<Established> {
    const { host, port, authorities } = this.#options;
    const family = isIPv6(this.#address) ? 'ipv6' : 'ipv4';
    // Bound to no address, so that the system chooses the route.
    const endpoint = new this.#quic.QuicEndpoint({
      address: new SocketAddress({ address: family === 'ipv6' ? '::' : '0.0.0.0', family, port: 0 }),
    });
    endpoint.closed.catch(() => {});
    this.#endpoint = endpoint;
    const options: SessionOptions = {
      ...sessionOptions(CLIENT_CREDIT),
      alpn: ALPN,
      // An address is no server name (RFC 6066 section 3); the runtime needs one all the same and has its own.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(authorities === undefined ? {} : { ca: [...rootCertificates, authorities].map(bytesOf) }),
      // `judge` decides before anything is written.
      verifyPeer: 'manual',
      endpoint,
    };
    const session = await this.#quic.connect(
      new SocketAddress({ address: this.#address, family, port }),
      options,
    );
    this.#session = session;
    return handshakeOf(session);
  }

  #seen({ session, info }: Established): SeenCertificate {
    const certificate = session.peerCertificate;
    if (certificate === undefined) throw new Error('it shows no certificate');
    const sha256 = new Uint8Array(createHash('sha256').update(certificate.raw).digest());
    const problem =
      info.validationErrorReason ||
      checkServerIdentity(this.#options.host, certificate.toLegacyObject())?.message;
    return { sha256, authorized: !problem, problem: problem || '' };
  }

  #introduce(
    { session, info, binding, group, streams }: Established,
    certificateSha256: Uint8Array,
  ): Connection {
    const security = { protocol: info.cipherVersion, cipher: info.cipher, group, certificateSha256 };
    const facts = { remoteAddress: this.#address, binding, security };
    const connection = new QuicConnection(session, facts, systemLoop);
    const release = () => void this.#endpoint?.close();
    session.closed.then(release, release);
    connection.start(this.#options.events, streams);
    return connection;
  }

  #giveUp(): void {
    this.#session?.destroy(undefined, closeOptions(CloseCode.aborted, ''));
    void this.#endpoint?.close();
  }
}

const bytesOf = (pem: string): Uint8Array => new TextEncoder().encode(pem);

const refusal = (options: DialWithinOptions): DialError =>
  dialError(options, Object.assign(new Error('nothing listens there'), { code: 'ECONNREFUSED' }));

function failure(options: DialWithinOptions, cause: unknown): DialError {
  const server = `${options.host}:${options.port}`;
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = transportCode(cause);
  // The first is what Bun's servers say when they give up a handshake.
  const isRefusal = code === TransportCode.internalError || code === TransportCode.connectionRefused;
  if (isRefusal || applicationCode(cause) === CloseCode.refused)
    return new DialError('refused', `${server} refused the connection: it takes nobody now`, { cause });
  if (code === TransportCode.noApplicationProtocol) return notSotto(options, ALPN);
  if (message.includes('timed out')) return new DialError('timeout', `${server} did not answer`, { cause });
  return new DialError('malformed', `${server} is not a Sotto server: ${message}`, { cause });
}
