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
}

export type PersonOrder =
  /** Sends a message each so many milliseconds. */
  | { talk: { everyMs: number } }
  /** Stops that, and waits for the server's answers. */
  | { hush: { patienceMs: number } }
  | { where: true }
  /** Asks the server. */
  | { inspect: true }
  | { report: true };

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
