import type { CloseCode } from '../fault.ts';
import type { Asking } from './asking.ts';
import type { Outgoing } from './assembly.ts';

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

/** The close packet, for whoever has not heard it: said again to the 1st, 2nd, 4th, 8th ... datagram [END-1]. */
export class Farewell {
  readonly #outgoing: Outgoing;
  #heard = 0;
  #answersAt = 1;
  #owed = false;

  constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing;
  }

  heard(): void {
    this.#heard += 1;
    if (this.#heard < this.#answersAt) return;
    this.#answersAt *= 2;
    this.#owed = true;
  }

  take(): Outgoing | undefined {
    if (!this.#owed) return undefined;
    this.#owed = false;
    return this.#outgoing;
  }
}
