import { AMPLIFICATION_MAX } from '../constants.ts';
import type { CloseCode } from '../fault.ts';
import type { Asking } from './asking.ts';
import type { Outgoing } from './assembly.ts';
import type { PathKey } from './paths.ts';

/** How a connection ended. */
export interface UdpEnd {
  by: 'local' | 'peer' | 'timeout' | 'reset' | 'fault';
  code: CloseCode;
  reason: string;
  /** There were keys: it was a connection, and not an attempt at one. */
  established: boolean;
}

/** Where in its life a connection is. Times in ms of the caller's clock. */
export type State =
  /** The client asks for a retry [ADMIT-1]. */
  | { kind: 'asking'; until: number; asking: Asking }
  | { kind: 'handshaking'; until: number }
  /** A client's keys must be confirmed by then [SHAKE-7]. */
  | { kind: 'established'; confirmBy: number }
  /** Closing: what is queued leaves first, until the time is up [END-1]; undefined before the first look at the clock. */
  | { kind: 'flushing'; until: number | undefined; end: UdpEnd }
  /** The close has been said, and is said again to whoever still talks. */
  | { kind: 'closing'; until: number; farewell: Farewell }
  /** The peer has closed: nothing is said any more. */
  | { kind: 'draining'; until: number }
  | { kind: 'closed' };

/**
 * The close packet, for whoever has not heard it: said again to the 1st, 2nd, 4th, 8th ... datagram [END-1]. It goes to where
 * that came from, since the peer may have moved; nothing of it is authentic, so it says how long the answer may be.
 */
export class Farewell {
  readonly #datagram: Uint8Array;
  #heard = 0;
  #answersAt = 1;
  #path: PathKey | undefined;

  constructor(datagram: Uint8Array) {
    this.#datagram = datagram;
  }

  heard(bytes: number, path: PathKey): void {
    this.#heard += 1;
    if (this.#heard < this.#answersAt || this.#datagram.length > AMPLIFICATION_MAX * bytes) return;
    this.#answersAt *= 2;
    this.#path = path;
  }

  take(): Outgoing | undefined {
    const path = this.#path;
    this.#path = undefined;
    return path === undefined ? undefined : { datagram: this.#datagram, path };
  }
}
