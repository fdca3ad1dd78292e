import type { Binding } from '@sotto/protocol';
import type { Security } from '../contract.ts';

/** What a byte-stream transport gives to the StreamConnection that runs on it. */
export interface ByteChannel {
  readonly remoteAddress: string;
  readonly binding: Binding;
  readonly security: Security;
  /** Bytes that `write` took and the kernel did not. */
  readonly unwrittenBytes: number;
  /**
   * Takes a prefix of `bytes` and returns its length. After a short write, or while `unwrittenBytes` is above 0,
   * nothing more is offered until the driver calls `writable` on the connection.
   */
  write(bytes: Uint8Array): number;
  /** Ends this side in order, after what `write` took; the driver calls `ended` once the peer has ended too. */
  end(): void;
  /** Drops the channel at once. */
  destroy(): void;
}
