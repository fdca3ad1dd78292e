/** What a person's process is told, and what it answers. Times are milliseconds of the wall clock, the same for all processes. */
import type { ConnectionStatus, StatusReport } from '@sotto/client';
import type { TransportChoice } from '@sotto/client/node';

export interface PersonOptions {
  server: string;
  transport: TransportChoice;
  /** The certificate's SHA-256, in hex. */
  pin: string;
  /** A profile with a session in it. */
  home: string;
  /** Opened, and talked in. */
  opens?: string;
  joins?: readonly string[];
  /** Of 8 bytes: how many bytes of files its transports were handed (count-pieces.ts). */
  counter?: string;
}

export type PersonOrder =
  /** Sends a message each so many milliseconds. */
  | { talk: { everyMs: number } }
  /** Stops that, and waits for the server's answers. */
  | { hush: { patienceMs: number } }
  | { where: true }
  /** Asks the server. */
  | { inspect: true }
  | { report: true }
  /** Begins to send a file, or to fetch one; the last one begun is what the following are about. */
  | { upload: UploadOrder }
  | { fetch: FetchOrder }
  | { carried: true }
  | { drop: true };

export interface UploadOrder {
  room: string;
  path: string;
  /** 16 bytes in hex: the message is sent once, however often this is asked. */
  id: string;
}

export interface FetchOrder {
  room: string;
  sequence: number;
  /** A directory: it is saved there, going on with what is there already. */
  into?: string;
  /** It is not hashed once more: where time is measured. */
  unhashed?: boolean;
}

/** What became of a file so far. */
export interface Carried {
  doneBytes: number;
  startedAt: number;
  /** When the first bytes moved, after hashing and what else comes before. */
  movedAt: number | undefined;
  endedAt: number | undefined;
  /** The message that offers it. */
  sequence: number | undefined;
  /** Of what was fetched, in hex. */
  sha256: string | undefined;
  failure: string | undefined;
}

/** One stay on a path; the last has no `until`. */
export interface Stay {
  transport: string;
  since: number;
  until: number | undefined;
  left: string;
}

export interface Whereabouts {
  status: ConnectionStatus['kind'];
  transport: string | undefined;
  /** Of these rooms' messages. */
  heard: number;
  paths: readonly Stay[];
}

export type Inspection = Pick<StatusReport, 'sessionId' | 'generation' | 'transport'>;

export interface Sent {
  id: string;
  at: number;
}

export interface Accepted {
  id: string;
  sequence: number;
  at: number;
}

export interface Heard extends Accepted {
  room: string;
}

/** All that a person saw, in the order in which it happened. */
export interface Journal {
  sent: readonly Sent[];
  accepted: readonly Accepted[];
  heard: readonly Heard[];
  refused: readonly string[];
  /** Of the connection, in words. */
  states: readonly { at: number; state: string }[];
}
