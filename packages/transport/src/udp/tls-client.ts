import { connect } from 'node:tls';
import { ALPN } from '@sotto/protocol';
import type { StartTls } from '@sotto/protocol/udp';
import type { DialOptions } from '../contract.ts';
import { clientTls, judge, notSotto, type SeenCertificate, seenCertificate } from '../tls/certificate.ts';
import { GroupReader } from '../tls/group.ts';
import { type Ticket, type Tickets, ticketsOfProcess } from './tickets.ts';
import { runTls } from './tls.ts';

export type TlsClientOptions = Pick<DialOptions, 'host' | 'port' | 'verify' | 'authorities'>;

export interface TlsClient {
  start: StartTls;
  /** Why the server was refused: more than the words that `failed` gets. */
  readonly refusal: unknown;
  /** That of the server, once the handshake is complete. */
  readonly certificateSha256: Uint8Array;
  /** The key exchange, from the server's first words on. */
  readonly group: string;
}

/** TLS of a client for one connection [SHAKE-3]. */
export function clientTlsOf(options: TlsClientOptions, tickets: Tickets = ticketsOfProcess): TlsClient {
  const client: { -readonly [Key in keyof TlsClient]: TlsClient[Key] } = {
    start,
    refusal: undefined,
    certificateSha256: new Uint8Array(0),
    group: '',
  };
  const groupReader = new GroupReader();
  const ticket = tickets.take(options);

  async function accept(seen: SeenCertificate, alpn: string | false | null): Promise<void> {
    try {
      if (alpn !== ALPN) throw notSotto(options, ALPN);
      await judge(options, seen);
      client.certificateSha256 = seen.sha256;
    } catch (error) {
      client.refusal = error;
      throw error;
    }
  }

  function start(events: Parameters<StartTls>[0]): ReturnType<StartTls> {
    let accepted: Omit<Ticket, 'session'> | undefined;
    const engine = runTls(
      {
        open(records) {
          const session = ticket === undefined ? {} : { session: ticket.session };
          // Half open, so that the server's end of TLS is not answered.
          const half = { allowHalfOpen: true };
          const socket = connect({ socket: records, ...clientTls(options, ALPN), ...session, ...half });
          socket.on('session', (session: Buffer) => {
            if (accepted !== undefined) tickets.keep(options, { session, ...accepted });
          });
          return socket;
        },
        completion: 'secureConnect',
        givesTickets: false,
        check: async (socket) => {
          const resumed = ticket !== undefined && socket.isSessionReused();
          const seen = resumed ? ticket : { certificate: seenCertificate(socket), seenAt: tickets.now() };
          await accept(seen.certificate, socket.alpnProtocol);
          accepted = { certificate: seen.certificate, seenAt: seen.seenAt };
        },
      },
      events,
    );
    return {
      receive(bytes) {
        groupReader.push(bytes);
        client.group = groupReader.group;
        engine.receive(bytes);
      },
      close: () => engine.close(),
    };
  }
  return client;
}
