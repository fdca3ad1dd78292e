/** Listening and dialling, the same for every transport that is compared. */
import { BODY_MAX_BYTES } from '@sotto/protocol';
import type { Accept, Dial, TlsIdentity } from '@sotto/transport';
import { dialQuic, listenQuic } from '@sotto/transport/quic';
import { dialTls, listenTls } from '@sotto/transport/tls';
import { dialUdp, listenUdp } from '@sotto/transport/udp';
import type { AcceptChannel, Channel } from './channel.ts';
import { useCubic } from './congestion-control.ts';
import { type EchoTransport, PORTS } from './names.ts';
import { FAR_ADDRESS } from './path.ts';
import { dialQuicMessages, listenQuicMessages } from './quic-messages.ts';

export async function listenAll(identity: TlsIdentity, accept: AcceptChannel): Promise<void> {
  const options = { hostname: FAR_ADDRESS, identity, accept: adapted(accept) };
  listenTls({ ...options, port: PORTS.tls });
  await listenUdp({ ...options, port: PORTS.udp });
  await listenQuic({ ...options, port: PORTS.quic });
  await listenQuicMessages(FAR_ADDRESS, PORTS.quicMessages, identity, accept);
  useCubic();
}

export async function dial(transport: EchoTransport, accept: AcceptChannel): Promise<Channel> {
  switch (transport) {
    case 'quic':
      return dialOurs(dialQuic, PORTS.quic, accept);
    case 'quicMessages':
      return dialQuicMessages(FAR_ADDRESS, PORTS.quicMessages, accept);
    case 'tls':
      return dialOurs(dialTls, PORTS.tls, accept);
    case 'udp':
      return dialOurs(dialUdp, PORTS.udp, accept);
  }
}

async function dialOurs(dialIt: Dial, port: number, accept: AcceptChannel): Promise<Channel> {
  const connection = await dialIt({ host: FAR_ADDRESS, port, verify: () => {}, events: adapted(accept) });
  useCubic();
  return connection;
}

/** Our connections as channels. */
const adapted =
  (accept: AcceptChannel): Accept =>
  (connection) => {
    connection.limitBody(BODY_MAX_BYTES);
    const { frame, drain, closed } = accept(connection);
    return {
      frame,
      drain,
      datagram: () => {},
      pathChanged: () => {},
      closed: (reason, detail) => closed(`${reason} ${detail}`),
    };
  };
