import { RETRY_TOKEN_BYTES } from '../constants.ts';
import { retryIntact } from '../crypto/token.ts';
import type { CryptoEngine } from '../engines.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import type { ConnectionId, Packet } from '../wire/packet.ts';

/** [ADMIT-1] */
const HELLO_GAP_MS = 250;
const HELLO_GAP_GROWTH = 1.5;
const HELLO_GAP_MAX_MS = 1_000;

/** The client asks for a retry, until there is one [ADMIT-1] [ADMIT-5]. */
export class Asking {
  #due: number;
  #gapMs = HELLO_GAP_MS;
  #asked = 0;
  #askedAt = 0;

  constructor(now: number) {
    this.#due = now;
  }

  /** When the next hello leaves. */
  get deadline(): number {
    return this.#due;
  }

  /** Whether one leaves now; the caller sends it. */
  takeHello(now: number): boolean {
    if (this.#due > now) return false;
    this.#due = now + this.#gapMs;
    this.#gapMs = Math.min(HELLO_GAP_MAX_MS, this.#gapMs * HELLO_GAP_GROWTH);
    this.#asked += 1;
    this.#askedAt = now;
    return true;
  }

  /** How long the retry took; undefined when nobody knows which hello it answers. */
  roundTripMs(now: number): number | undefined {
    return this.#asked === 1 ? now - this.#askedAt : undefined;
  }

  /** Ask again at once. */
  restart(now: number): void {
    this.#due = now;
  }
}

/** The token of a retry that is whole and has one of the right length [ADMIT-2], or undefined. */
export function tokenOf(
  engine: CryptoEngine,
  datagram: Uint8Array,
  { token }: Extract<Packet, { kind: 'retry' }>,
  firstId: ConnectionId,
): Uint8Array | undefined {
  const good = token.length === RETRY_TOKEN_BYTES && retryIntact(engine, datagram, firstId);
  return good ? token.slice() : undefined;
}

/** The version to go on with after `packet`; undefined when it says nothing new. Throws UdpFault when there is none. */
export function otherVersion(
  { versions }: Extract<Packet, { kind: 'versions' }>,
  tried: number,
  own: readonly number[],
): number | undefined {
  if (versions.includes(tried)) return undefined;
  const common = own.find((version) => versions.includes(version));
  if (common === undefined)
    throw new UdpFault(CloseCode.handshake, 'the server speaks no version of this client');
  return common;
}
