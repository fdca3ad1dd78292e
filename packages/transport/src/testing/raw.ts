import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';

/** What became of a raw socket that a test threw bytes at. */
export interface RawOutcome {
  received: Buffer;
  error: string;
}

/** Connects, writes `bytes`, and resolves when the server has ended the connection. */
export function throwAt(port: number, bytes: Uint8Array, endAfter = false): Promise<RawOutcome> {
  const socket = connectTcp(port, '127.0.0.1', () => (endAfter ? socket.end(bytes) : socket.write(bytes)));
  return outcome(socket);
}

/** As `throwAt`, inside TLS. */
export function throwInTls(
  port: number,
  options: ConnectionOptions,
  bytes?: Uint8Array | string,
): Promise<RawOutcome> {
  return outcome(openTls(port, options, bytes));
}

export function openTls(port: number, options: ConnectionOptions, bytes?: Uint8Array | string): TLSSocket {
  const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => {
    if (bytes !== undefined) socket.write(bytes);
  });
  return socket;
}

function outcome(socket: Socket): Promise<RawOutcome> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let error = '';
    socket.on('data', (part) => parts.push(Buffer.from(part)));
    socket.on('error', (problem) => {
      error = problem.message;
    });
    socket.on('close', () => resolve({ received: Buffer.concat(parts), error }));
  });
}

/** Reproducible noise. */
export function noise(seed: number): (length: number) => Uint8Array {
  let state = seed;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[index] = state;
    }
    return bytes;
  };
}
