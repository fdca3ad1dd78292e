import type { Binding } from '@sotto/protocol';
import { plainAddress } from '../address.ts';
import type { Security } from '../contract.ts';
import type { ByteChannel } from '../stream/channel.ts';
import { MESSAGE_MAX_BYTES } from './limits.ts';

/** RFC 6455 section 7.4.1. */
export const STATUS_NORMAL = 1000;
export const STATUS_ABNORMAL = 1006;
export const STATUS_UNSUPPORTED_DATA = 1003;

type ServerSocket = Pick<
  Bun.ServerWebSocket<unknown>,
  'remoteAddress' | 'getBufferedAmount' | 'sendBinary' | 'close' | 'terminate'
>;

/** The far end of a WebSocket that Bun serves, as a stream of bytes. */
export class ServerChannel implements ByteChannel {
  readonly remoteAddress: string;
  readonly binding: Binding;
  readonly security: Security;
  readonly #socket: ServerSocket;

  constructor(socket: ServerSocket, binding: Binding, security: Security) {
    this.remoteAddress = plainAddress(socket.remoteAddress);
    this.binding = binding;
    this.security = security;
    this.#socket = socket;
  }

  get unwrittenBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  write(bytes: Uint8Array): number {
    let taken = 0;
    while (taken < bytes.length && this.unwrittenBytes === 0) {
      const message = bytes.subarray(taken, taken + MESSAGE_MAX_BYTES);
      this.#socket.sendBinary(message);
      taken += message.length;
    }
    return taken;
  }

  end(): void {
    this.#socket.close(STATUS_NORMAL);
  }

  destroy(): void {
    this.#socket.terminate();
  }
}
