import { connect, type TLSSocket } from 'node:tls';
import { avoidBbrOf } from '../congestion-control.ts';
import { DialError, type DialOptions } from '../contract.ts';
import { calledOff, interruption } from '../dial-limit.ts';
import { clientTls, judge, seenCertificate } from './certificate.ts';
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
  const socket = connect({ port: options.port, ...clientTls(options, options.alpn) });
  const deadline = interruption(options);
  const steps = async () => {
    await handshake(options, socket);
    void avoidBbrOf(socket);
    const certificate = seenCertificate(socket);
    await judge(options, certificate);
    return establish({ socket, certificateSha256: certificate.sha256 });
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

function handshake(options: SecureSocketOptions, socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    // Kept for the whole of dialling: an error without a listener would end the process.
    socket.on('error', (error) => reject(dialError(options, error)));
    socket.once('close', () => reject(dialError(options, new Error('it closed the connection'))));
  });
}
