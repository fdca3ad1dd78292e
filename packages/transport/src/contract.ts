/**
 * The one contract of every transport. A transport delivers whole frames on ordered lanes, and unreliable datagrams;
 * it knows nothing of chat, sessions or versions. `testing/contract.suite.ts` runs against every implementation.
 *
 * Guarantees of a connection, in this order:
 * 1. `frame` gets each frame whole, in order within its lane, at most once; never after `closed`.
 * 2. `closed` comes exactly once, whatever happens.
 * 3. Events never come inside a call to the connection: whoever calls may go on with what it was doing.
 * 4. What `send` took is written in lane priority; a peer that reads slowly makes `send` return false, and past
 *    BUFFER_MAX_BYTES ends the connection with `overflow`: memory stays bounded.
 */
import type { Binding, Lane, SottoError } from '@sotto/protocol';

export type TransportName = 'memory' | 'udp' | 'quic' | 'tls' | 'websocket';

/** Above this many unwritten bytes `send` returns false, and `drain` follows once they are below half of it. */
export const HIGH_WATER_BYTES = 1024 * 1024;
/** A connection with more unwritten bytes than this is closed. Far above the high-water mark, so that replies to what was asked never hit it. */
export const BUFFER_MAX_BYTES = 16 * 1024 * 1024;
/** Runs of frames that may wait unwritten, so that very short ones cannot cost far more memory than their bytes. */
export const BUFFER_MAX_RUNS = 65_536;
/** A TLS handshake or WebSocket upgrade that takes longer is dropped. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** After `close`, how long queued bytes may take to leave. */
export const LINGER_MS = 2_000;

/** Why a connection ended. Reasons in words of the protocol travel in a Close frame before it. */
export type CloseReason =
  /** This side called `close`. */
  | 'local'
  /** The peer closed in order. */
  | 'peer'
  /** The path or the peer vanished: reset, cut off, unreachable. */
  | 'lost'
  /** The peer sent what is no frame, or one beyond the limit. */
  | 'malformed'
  /** The peer does not read. */
  | 'overflow'
  /** The server did not answer, or the handshake took too long; only from `dial`. */
  | 'timeout';

/** What the channel below is, for `hello`, `status` and logs. */
export interface Security {
  /** "TLSv1.3"; empty where the runtime does not tell. */
  protocol: string;
  /** "TLS_AES_128_GCM_SHA256"; empty where the runtime does not tell. */
  cipher: string;
  /** The key exchange, "X25519MLKEM768"; empty where the runtime does not tell. */
  group: string;
  /** SHA-256 of the server's certificate, DER; empty where the runtime does not tell. */
  certificateSha256: Uint8Array;
}

/** What a transport that watches its path knows of it. */
export interface PathFacts {
  /** Smoothed. */
  roundTripMs: number;
  /** Of the packets sent lately, from 0 to 1. */
  loss: number;
  /** How much the path is trusted with at once. */
  windowBytes: number;
  /** Since the connection began; what was in them was sent again. Undefined where the transport does not count. */
  packetsLost?: number;
}

export interface Connection {
  readonly transport: TransportName;
  /** Address of the peer without its port. */
  readonly remoteAddress: string;
  readonly binding: Binding;
  readonly security: Security;
  /** Undefined where the kernel watches the path. */
  readonly path?: PathFacts;
  /** Bytes taken and not yet handed to the kernel; where there is no kernel to recover them, not yet acknowledged. */
  readonly bufferedBytes: number;
  /**
   * Queues whole frames of one lane, back to back, and writes them with everything else of this tick. The bytes may be
   * shared between connections: neither side changes them. Returns false above the high-water mark; the frames are
   * taken nevertheless. After `close`, and after the end, it does nothing and returns false.
   */
  send(lane: Lane, frames: Uint8Array): boolean;
  /** One frame that may be lost. Transports without datagrams send it on its lane, or drop it above the high-water mark. */
  sendUnreliable(frame: Uint8Array): void;
  /** Longest frame body accepted from the peer from now on. */
  limitBody(maxBytes: number): void;
  /** Writes what is queued, for at most LINGER_MS, then closes; no more frames are delivered. Safe to call twice. */
  close(): void;
  /** Drops everything at once. */
  abort(): void;
}

export interface ConnectionEvents {
  /** A plain Uint8Array, never a Buffer; valid during the call only. An exception is a defect of the handler: the connection is dropped and the exception goes uncaught. */
  frame(frame: Uint8Array): void;
  /** An unreliable frame, on transports that have datagrams; elsewhere it comes as `frame`. */
  datagram(frame: Uint8Array): void;
  /**
   * The peer sent what is no frame, or one beyond the limit, and nothing it sends is read any more. What is sent
   * during this call is the last to leave; then the connection closes with `malformed`.
   */
  malformed?(error: SottoError): void;
  /** Buffered bytes fell below half the high-water mark after `send` had returned false. */
  drain(): void;
  /** The peer is now heard from elsewhere. */
  pathChanged(remoteAddress: string): void;
  /** `detail` says more than the reason where the system gave more ("ECONNREFUSED"). */
  closed(reason: CloseReason, detail: string): void;
}

/** Called for each new connection once its handshake is complete; frames come after it returns. */
export type Accept = (connection: Connection) => ConnectionEvents;

export interface Listener {
  readonly transport: TransportName;
  readonly address: string;
  /** The port in use, also where 0 was asked for. */
  readonly port: number;
  /** Sums over all its connections since it began, for logs; on transports that count. */
  readonly counters?: Readonly<object>;
  /** Stops accepting; open connections live on until they are closed. */
  close(): Promise<void>;
}

/** What `dial` throws: nothing was established. */
export class DialError extends Error {
  override readonly name = 'DialError';
  readonly reason: CloseReason | 'refused' | 'untrusted';

  constructor(reason: DialError['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** What listening throws. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly transport: TransportName;
  readonly port: number;
  /** `portInUse`: another program, or another transport of this one, has it. */
  readonly reason: 'portInUse' | 'notPermitted' | 'addressUnknown' | 'other';

  constructor(
    transport: TransportName,
    port: number,
    reason: ListenError['reason'],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.transport = transport;
    this.port = port;
    this.reason = reason;
  }
}

/** A server's TLS identity, PEM; the leaf certificate first. */
export interface TlsIdentity {
  certificate: string;
  privateKey: string;
  /** SHA-256 of the leaf certificate, DER. */
  certificateSha256: Uint8Array;
}

/**
 * Decides whether a server's certificate is the one expected. `authorized` says whether the runtime's trust store and
 * the host name vouch for it. Throws to refuse; the error reaches the caller of `dial` as the DialError's cause.
 */
export type VerifyCertificate = (certificate: {
  sha256: Uint8Array;
  authorized: boolean;
  problem: string;
}) => void | Promise<void>;

export interface DialOptions {
  host: string;
  port: number;
  verify: VerifyCertificate;
  /** PEM certificates to trust beside the runtime's own. */
  authorities?: string;
  events: Accept;
  signal?: AbortSignal;
}

/** Connects and resolves once the handshake is complete and the certificate accepted; throws DialError. */
export type Dial = (options: DialOptions) => Promise<Connection>;
