import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, rootCertificates, type TLSSocket } from 'node:tls';
import { DialError, type DialOptions, HANDSHAKE_TIMEOUT_MS } from '../contract.ts';
import { dialError } from './dial-error.ts';

/** A TLS 1.3 socket whose certificate `verify` accepted; nothing has been written to it. */
export interface SecureSocket {
  socket: TLSSocket;
  certificateSha256: Uint8Array;
}

export type SecureSocketOptions = Pick<DialOptions, 'host' | 'port' | 'verify' | 'authorities' | 'signal'> & {
  /** ALPN name to offer. */
  alpn: string;
  timeoutMs?: number;
};

/**
 * Connects, lets `verify` decide, and has `establish` make something of the socket, all within one time limit. Nothing
 * is read before `establish` attaches a handler for it. Throws DialError.
 */
export async function withSecureSocket<Result>(
  options: SecureSocketOptions,
  establish: (secure: SecureSocket) => Result | Promise<Result>,
): Promise<Result> {
  if (options.signal?.aborted) throw calledOff(options);
  const socket = connect(tlsOptions(options));
  const deadline = interruption(options);
  const steps = async () => {
    await handshake(options, socket);
    const certificateSha256 = sha256OfPeer(socket);
    await acceptance(options, socket, certificateSha256);
    return establish({ socket, certificateSha256 });
  };
  try {
    return await Promise.race([steps(), deadline.interrupted]);
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error instanceof DialError ? error : dialError(options, error);
  } finally {
    deadline.stop();
  }
}

function tlsOptions({ host, port, authorities, alpn }: SecureSocketOptions): ConnectionOptions {
  return {
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: 'TLSv1.3',
    ALPNProtocols: [alpn],
    ...(authorities === undefined ? {} : { ca: [...rootCertificates, authorities] }),
    // `verify` decides before anything is written.
    rejectUnauthorized: false,
  };
}

function handshake(options: SecureSocketOptions, socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    // Kept for the whole of dialling: an error without a listener would end the process.
    socket.on('error', (error) => reject(dialError(options, error)));
    socket.once('close', () => reject(dialError(options, new Error('it closed the connection'))));
  });
}

async function acceptance(
  options: SecureSocketOptions,
  socket: TLSSocket,
  sha256: Uint8Array,
): Promise<void> {
  const { authorized } = socket;
  try {
    await options.verify({ sha256, authorized, problem: authorized ? '' : problemOf(socket) });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const server = `${options.host}:${options.port}`;
    throw new DialError('untrusted', `the identity of ${server} is not trusted: ${why}`, { cause });
  }
}

/** Rejects when the time is up or the caller calls off. */
function interruption(options: SecureSocketOptions) {
  const { host, port, signal, timeoutMs = HANDSHAKE_TIMEOUT_MS } = options;
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new DialError('timeout', `${host}:${port} did not complete the handshake within ${timeoutMs} ms`));
  }, timeoutMs);
  const onAbort = () => reject(calledOff(options));
  signal?.addEventListener('abort', onAbort, { once: true });
  const stop = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  };
  return { interrupted: promise, stop };
}

const calledOff = ({ host, port, signal }: SecureSocketOptions): DialError =>
  new DialError('local', `connecting to ${host}:${port} was called off`, { cause: signal?.reason });

const sha256OfPeer = (socket: TLSSocket): Uint8Array =>
  new Uint8Array(createHash('sha256').update(socket.getPeerCertificate().raw).digest());

function problemOf(socket: TLSSocket): string {
  const { authorizationError } = socket;
  return authorizationError instanceof Error ? authorizationError.message : String(authorizationError);
}
