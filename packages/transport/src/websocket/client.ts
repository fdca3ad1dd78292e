import { randomBytes } from 'node:crypto';
import { certificateBinding, SottoError } from '@sotto/protocol';
import { type Dial, DialError, type DialOptions } from '../contract.ts';
import { StreamConnection } from '../stream/connection.ts';
import { systemLoop } from '../stream/loop.ts';
import { type SecureSocket, withSecureSocket } from '../tls/secure-socket.ts';
import { SocketChannel, type SocketFacts, securityOf } from '../tls/socket-channel.ts';
import { MESSAGE_MAX_BYTES } from './limits.ts';
import { BINARY, CLOSE, MessageReader, maskedFrame, PONG } from './messages.ts';
import { upgrade } from './upgrade.ts';

/** Connects over WebSocket on TLS 1.3, on Bun and Node.js. Even the request waits until `verify` has accepted. */
export const dialWebSocket: Dial = (options) =>
  withSecureSocket({ ...options, alpn: 'http/1.1' }, async (secure) => {
    const early = await openWebSocket(options, secure);
    return connect(options, secure, early);
  });

async function openWebSocket({ host, port }: DialOptions, { socket }: SecureSocket): Promise<Uint8Array> {
  try {
    return await upgrade(socket, host, port);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DialError('malformed', `${host}:${port} is not a Sotto server: ${why}`, { cause });
  }
}

function connect(options: DialOptions, { socket, certificateSha256 }: SecureSocket, early: Uint8Array) {
  const channel = new ClientChannel(socket, {
    binding: certificateBinding(certificateSha256),
    security: securityOf(socket, certificateSha256),
  });
  const connection = new StreamConnection('websocket', channel, systemLoop);
  connection.start(options.events);
  const reader = new MessageReader({
    bytes: (bytes) => connection.receive(bytes),
    ping: (payload) => channel.pong(payload),
    close: () => channel.end(),
  });
  const receive = (bytes: Uint8Array) => {
    try {
      reader.push(bytes);
    } catch (error) {
      if (!(error instanceof SottoError)) throw error;
      connection.malformed(error);
    }
  };
  receive(early);
  channel.drive(connection, receive);
  return connection;
}

/** Wraps what it writes in messages; a longer write goes out in several. */
class ClientChannel extends SocketChannel {
  readonly #socket: SecureSocket['socket'];

  constructor(socket: SecureSocket['socket'], facts: SocketFacts) {
    super(socket, facts);
    this.#socket = socket;
  }

  override write(bytes: Uint8Array): number {
    const payload = bytes.subarray(0, MESSAGE_MAX_BYTES);
    super.write(maskedFrame(BINARY, payload, randomBytes(4)));
    return payload.length;
  }

  override end(): void {
    this.#socket.end(maskedFrame(CLOSE, NORMAL_CLOSURE, randomBytes(4)));
  }

  /** RFC 6455 section 5.5.3 lets a side that is behind leave a ping unanswered for the next. */
  pong(payload: Uint8Array): void {
    if (this.unwrittenBytes === 0) this.#socket.write(maskedFrame(PONG, payload, randomBytes(4)));
  }
}

/** Status 1000. */
const NORMAL_CLOSURE = new Uint8Array([0x03, 0xe8]);
