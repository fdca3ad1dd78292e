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
 * The close, for whoever has not heard it: said again to the 1st, 2nd, 4th, 8th ... datagram [END-1]. It goes to where that
 * came from, since the peer may have moved; nothing of it is authentic, so it says how long the answer may be.
 */
export class Farewell {
  readonly #datagrams: readonly Uint8Array[];
  readonly #bytes: number;
  #waiting: Outgoing[] = [];
  #heard = 0;
  #answersAt = 1;

  constructor(datagrams: readonly Uint8Array[]) {
    this.#datagrams = datagrams;
    this.#bytes = datagrams.reduce((sum, datagram) => sum + datagram.length, 0);
  }

  /** Queues it to `path`, where at most `room` bytes may go. */
  say(path: PathKey, room: number): boolean {
    if (this.#bytes > room) return false;
    this.#waiting = this.#datagrams.map((datagram) => ({ datagram, path }));
    return true;
  }

  heard(bytes: number, path: PathKey): void {
    this.#heard += 1;
    if (this.#heard >= this.#answersAt && this.say(path, AMPLIFICATION_MAX * bytes)) this.#answersAt *= 2;
  }

  take(): Outgoing | undefined {
    return this.#waiting.shift();
  }
}
