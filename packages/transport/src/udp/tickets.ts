import type { DialOptions } from '../contract.ts';
import type { SeenCertificate } from '../tls/certificate.ts';

/**
 * A TLS session to go on with. Only the server that proved itself with `certificate` when the session began can go on
 * with it (RFC 8446 section 2.2), so `verify` judges that certificate again, as if it had been shown.
 */
export interface Ticket {
  session: Buffer;
  certificate: SeenCertificate;
  /** When the certificate itself was looked at; sessions that follow from this one keep the time. */
  seenAt: number;
}

/** Whom a ticket is of, and by what its certificate was judged. */
export type TicketOwner = Pick<DialOptions, 'host' | 'port' | 'authorities'>;

/** For so long the certificate is not looked at anew; it may expire in the meantime. */
const LIFETIME_MS = 3_600_000;
const SERVERS_MAX = 64;
/** Each is used once, so that nobody on the way can tell that two connections are of one client (RFC 8446 appendix C.4). */
const TICKETS_MAX = 2;

export class Tickets {
  readonly #kept = new Map<string, Ticket[]>();
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  take(owner: TicketOwner): Ticket | undefined {
    const ticket = this.#kept.get(keyOf(owner))?.pop();
    return ticket !== undefined && ticket.seenAt + LIFETIME_MS > this.now() ? ticket : undefined;
  }

  keep(owner: TicketOwner, ticket: Ticket): void {
    const key = keyOf(owner);
    const kept = this.#kept.get(key) ?? [];
    // Set anew, so that the map stays in the order of use.
    this.#kept.delete(key);
    this.#kept.set(key, [...kept, ticket].slice(-TICKETS_MAX));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > SERVERS_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** In memory only: a session on disk would have to be guarded like a key. */
export const ticketsOfProcess = new Tickets(() => performance.now());

const keyOf = ({ host, port, authorities }: TicketOwner): string => `${host}|${port}|${authorities ?? ''}`;
