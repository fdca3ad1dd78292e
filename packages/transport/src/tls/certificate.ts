/** What a client asks of TLS and how it judges whom it meets: the same over TCP and inside the UDP transport. */
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, rootCertificates, type TLSSocket } from 'node:tls';
import { DialError, type DialOptions } from '../contract.ts';

/** A server's certificate as the runtime saw it. */
export type SeenCertificate = Parameters<DialOptions['verify']>[0];

export type Judging = Pick<DialOptions, 'host' | 'port' | 'verify'>;

/** TLS 1.3 with one ALPN name; whom to trust is left to `judge`. */
export function clientTls(
  { host, authorities }: Pick<DialOptions, 'host' | 'authorities'>,
  alpn: string,
): ConnectionOptions {
  return {
    // Also where the bytes travel by other means: the name that the certificate must have.
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: 'TLSv1.3',
    ALPNProtocols: [alpn],
    ...(authorities === undefined ? {} : { ca: [...rootCertificates, authorities] }),
    // `judge` decides before anything is written.
    rejectUnauthorized: false,
  };
}

/** Call it once the handshake is complete. */
export function seenCertificate(socket: TLSSocket): SeenCertificate {
  const { authorized } = socket;
  const sha256 = new Uint8Array(createHash('sha256').update(socket.getPeerCertificate().raw).digest());
  return { sha256, authorized, problem: authorized ? '' : problemOf(socket) };
}

/** Throws DialError when `verify` refuses. */
export async function judge({ host, port, verify }: Judging, certificate: SeenCertificate): Promise<void> {
  try {
    await verify(certificate);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DialError('untrusted', `the identity of ${host}:${port} is not trusted: ${why}`, { cause });
  }
}

/** A server that answers, but does not choose our ALPN name. */
export const notSotto = ({ host, port }: Pick<DialOptions, 'host' | 'port'>, alpn: string): DialError =>
  new DialError('malformed', `${host}:${port} is not a Sotto server: it does not speak ${alpn}`);

function problemOf(socket: TLSSocket): string {
  const { authorizationError } = socket;
  return authorizationError instanceof Error ? authorizationError.message : String(authorizationError);
}
