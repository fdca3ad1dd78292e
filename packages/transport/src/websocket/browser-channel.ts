import { type Binding, ErrorCode, SottoError } from '@sotto/protocol';
import type { CloseReason, Security } from '../contract.ts';
import type { ByteChannel } from '../stream/channel.ts';
import type { StreamConnection } from '../stream/connection.ts';
import { MESSAGE_MAX_BYTES } from './limits.ts';

/** A browser tells when it has sent everything only to those who ask. */
const DRAIN_POLL_MS = 4;
/** What is handed to the browser between two looks. */
const HANDED_MAX_BYTES = 256 * 1024;
const STATUS_ABNORMAL = 1006;

export interface ChannelFacts {
  remoteAddress: string;
  binding: Binding;
  security: Security;
}

/** What else than bytes may come; where nothing is said, text is a fault. */
export interface BeyondBytes {
  text?: (message: string) => void;
  /** Why it ended, where somebody knows better than the WebSocket. */
  reason?: () => { reason: CloseReason; detail: string } | undefined;
}

/** A WebSocket as browsers have it, open, as a stream of bytes. */
export class BrowserChannel implements ByteChannel {
  readonly facts: ChannelFacts;
  readonly #socket: WebSocket;
  #writable: () => void = () => {};
  #polling = false;

  constructor(socket: WebSocket, facts: ChannelFacts) {
    this.facts = facts;
    this.#socket = socket;
  }

  get remoteAddress(): string {
    return this.facts.remoteAddress;
  }

  get binding(): Binding {
    return this.facts.binding;
  }

  get security(): Security {
    return this.facts.security;
  }

  get unwrittenBytes(): number {
    return this.#socket.bufferedAmount;
  }

  write(bytes: Uint8Array): number {
    let taken = 0;
    while (taken < bytes.length && this.unwrittenBytes < HANDED_MAX_BYTES) {
      const message = bytes.subarray(taken, taken + MESSAGE_MAX_BYTES);
      this.#socket.send(message as Uint8Array<ArrayBuffer>);
      taken += message.length;
    }
    this.#poll();
    return taken;
  }

  end(): void {
    this.#socket.close(1000);
  }

  destroy(): void {
    this.#socket.close();
  }

  drive(connection: StreamConnection, beyond: BeyondBytes = {}): void {
    this.#writable = () => connection.writable();
    const noText = () => connection.malformed(new SottoError(ErrorCode.MALFORMED_FRAME, 'a text message'));
    this.#socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) connection.receive(new Uint8Array(data));
      else if (typeof data === 'string') (beyond.text ?? noText)(data);
    };
    this.#socket.onclose = ({ code, reason }) => {
      const known = beyond.reason?.();
      if (known !== undefined) connection.ended(known.reason, known.detail);
      else connection.ended(code === STATUS_ABNORMAL ? 'lost' : 'peer', reason);
    };
  }

  #poll(): void {
    if (this.#polling) return;
    this.#polling = true;
    setTimeout(() => {
      this.#polling = false;
      if (this.unwrittenBytes > 0 && this.#socket.readyState === WebSocket.OPEN) this.#poll();
      else this.#writable();
    }, DRAIN_POLL_MS);
  }
}
