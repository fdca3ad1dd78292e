/** How a client is connected, and what servers tell of themselves. */
import type { Sequence } from '@sotto/model';
import type { SottoError } from '@sotto/protocol';
import type { PathFacts } from '@sotto/transport';
import type { Person } from './people.ts';
import type { Room } from './rooms.ts';

export type { PathFacts };

export type ConnectionStatus =
  | { kind: 'connecting'; attempt: number }
  | { kind: 'online'; transport: string; resumed: boolean }
  /** Tries again by itself at `retryAt`. */
  | { kind: 'offline'; retryAt: Date; reason: string }
  /** Ends for good: logged out, session revoked, server identity changed, closed. */
  | { kind: 'stopped'; reason: SottoError | Error | undefined };

export interface HelloReport {
  transport: string;
  port: number;
  server: string;
  protocolVersion: number;
  /** The least of several. */
  roundTripMs: number;
  medianRoundTripMs: number;
  /** From the first packet until the server has answered Hello. */
  handshakeMs: number;
  /** Where the transport watches its path: UDP and QUIC. */
  path?: PathFacts;
  tlsProtocol: string;
  cipher: string;
  /** The key exchange, "X25519MLKEM768"; empty where the runtime does not tell. */
  group: string;
  /** As `formatFingerprint` writes it; empty where the runtime does not tell (browsers). */
  fingerprint: string;
  registration: 'open' | 'invite' | 'closed' | 'owner-code';
}

/** What came of asking over one transport; `port` is where it was asked last, 0 where the server does not offer it. */
export type HelloAnswer = { transport: string; port: number } & ({ report: HelloReport } | { error: Error });

/** One stay on one path [PATH-11]. */
export interface PathStay {
  transport: string;
  since: Date;
  /** undefined while it is used. */
  until: Date | undefined;
  /** Why it was left, in words; empty while it is used. */
  left: string;
}

/** The path that the session uses, as it is at this moment. */
export interface LivePath {
  transport: string;
  since: Date;
  /** Of the last question that was answered; undefined before. */
  roundTripMs: number | undefined;
  /** Something should have been heard and was not [PATH-4]. */
  silent: boolean;
  /** The session is about to go over to another path [PATH-6]. */
  moving: boolean;
  /** Where the transport watches its path: UDP and QUIC. */
  facts: PathFacts | undefined;
}

/** `auto`: the best that works. A transport: that one alone, as long as it is chosen [PATH-14]. */
export type PathChoice = 'auto' | (string & {});

export interface StatusReport {
  connection: ConnectionStatus;
  user: Person;
  sessionId: string;
  device: number;
  generation: number;
  transport: string;
  connectedAt: Date;
  /** Measured for this report, in whole milliseconds. */
  roundTripMs: number;
  /** Where the transport watches its path: UDP and QUIC. */
  path?: PathFacts;
  fingerprint: string;
  /** Oldest first; the last one is used now. */
  paths: readonly PathStay[];
  rooms: readonly { room: Room; cursor: Sequence; head: Sequence; live: boolean }[];
  outbox: number;
  /** What this session may do where it was begun with an API token; empty: everything. */
  scopes: readonly string[];
}
