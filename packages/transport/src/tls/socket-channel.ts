import type { TLSSocket } from 'node:tls';
import type { Binding } from '@sotto/protocol';
import { plainAddress } from '../address.ts';
import type { Security } from '../contract.ts';
import { plainBytes } from '../plain-bytes.ts';
import type { ByteChannel } from '../stream/channel.ts';
import type { StreamConnection } from '../stream/connection.ts';

/** What the two ends of a client's TLS socket can say about it. */
export interface SocketFacts {
  binding: Binding;
  security: Security;
}

/** A client's TLS socket, on Bun and on Node.js. One write is under way at a time, so that lanes keep their order. */
export class SocketChannel implements ByteChannel {
  readonly remoteAddress: string;
  readonly binding: Binding;
  readonly security: Security;
  readonly #socket: TLSSocket;
  #unwrittenBytes = 0;
  #writable: () => void = () => {};

  constructor(socket: TLSSocket, { binding, security }: SocketFacts) {
    this.remoteAddress = plainAddress(socket.remoteAddress ?? '');
    this.binding = binding;
    this.security = security;
    this.#socket = socket;
  }

  get unwrittenBytes(): number {
    return this.#unwrittenBytes;
  }

  write(bytes: Uint8Array): number {
    this.#unwrittenBytes += bytes.length;
    this.#socket.write(bytes, this.#written);
    return bytes.length;
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Connects the socket's events to `connection`, then lets it read into `receive`. */
  drive(connection: StreamConnection, receive: (bytes: Uint8Array) => void): void {
    const socket = this.#socket;
    let problem: Error | undefined;
    this.#writable = () => connection.writable();
    socket.on('data', (bytes: Buffer) => receive(plainBytes(bytes)));
    socket.on('error', (error) => {
      problem = error;
    });
    socket.on('close', () => {
      if (problem === undefined) connection.ended('peer', '');
      else connection.ended('lost', 'code' in problem ? String(problem.code) : problem.message);
    });
    socket.resume();
  }

  #written = (error?: Error | null): void => {
    if (error) return;
    this.#unwrittenBytes = 0;
    this.#writable();
  };
}

/** The cipher and certificate of `socket`. */
export function securityOf(socket: TLSSocket, certificateSha256: Uint8Array): Security {
  const cipher = socket.getCipher().name;
  return { protocol: socket.getProtocol() ?? '', cipher, group: '', certificateSha256 };
}
