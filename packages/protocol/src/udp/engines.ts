/** What the UDP core needs of the runtime; `packages/transport/src/udp` hands it in, the simulator another TLS. */

/** AES-GCM under one key of 16 or 32 bytes. */
export interface Aead {
  /** Ciphertext, then the tag of 16 bytes. */
  seal(nonce: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext in memory of its own, or undefined when it does not authenticate or is shorter than the tag. */
  open(nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

export interface CryptoEngine {
  aead(key: Uint8Array): Aead;
  /** One block of AES-ECB, 16 bytes, under a key of 16 or 32; the result is valid until the next call. */
  block(key: Uint8Array): (input: Uint8Array) => Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  sha256(data: Uint8Array): Uint8Array;
  /** In constant time; false when the lengths differ. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** One side of a TLS 1.3 handshake whose records travel in the crypto lane. */
export interface TlsEngine {
  /** Bytes of the peer, in order. */
  receive(bytes: Uint8Array): void;
  /** Frees it; no event follows. Safe to call twice. */
  close(): void;
}

/** None of these comes inside a call to the engine, except `output` and `failed` of an engine that works at once. */
export interface TlsEvents {
  output(bytes: Uint8Array): void;
  /**
   * The handshake is complete on this side, ALPN agreed, and (client) the certificate accepted. `exporter` is that of
   * RFC 8446 section 7.5.
   */
  complete(exporter: Exporter): void;
  /** It cannot complete; the message names why in words. */
  failed(message: string): void;
}

export type Exporter = (bytes: number, label: string, context: Uint8Array | undefined) => Uint8Array;
/** Called when there is something to begin with: at the client at once, at the server with a good token. */
export type StartTls = (events: TlsEvents) => TlsEngine;
