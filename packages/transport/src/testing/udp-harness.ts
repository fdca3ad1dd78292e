import type { Accept, Connection, TlsIdentity } from '../contract.ts';
import { dialUdp, listenUdp, type UdpListener } from '../udp/index.ts';
import type { TransportHarness } from './contract.suite.ts';
import { pinned } from './network-harness.ts';
import { startUdpRelay, type UdpLink, type UdpRelay } from './udp-relay.ts';

export interface UdpHarness extends TransportHarness {
  listen(accept: Accept): Promise<Relayed>;
  link(connection: Connection): UdpLink;
}

/** A listener behind a relay. */
export interface Relayed extends Awaited<ReturnType<TransportHarness['listen']>> {
  relay: UdpRelay;
  /** The server itself. */
  listener: UdpListener;
}

/** UDP through a relay, so that tests can stall, cut and move the path. */
export function udpHarness(identity: TlsIdentity): UdpHarness {
  const links = new Map<Connection, UdpLink>();
  const link = (connection: Connection): UdpLink => {
    const found = links.get(connection);
    if (found === undefined) throw new Error('not a connection of this harness');
    return found;
  };
  return {
    name: 'udp',
    bindsBothEnds: true,
    link,
    pauseReading: (connection, paused) => link(connection).pauseToClient(paused),
    async listen(accept) {
      const listener = await listenUdp({ hostname: '127.0.0.1', port: 0, identity, accept });
      const relay = await startUdpRelay(listener.port);
      return {
        relay,
        listener,
        async dial(events, signal) {
          const options = { host: '127.0.0.1', port: relay.port, verify: pinned(identity), events };
          const connection = await dialUdp({ ...options, ...(signal ? { signal } : {}) });
          links.set(connection, relay.latest());
          return connection;
        },
        async close() {
          await listener.close();
          relay.close();
          links.clear();
        },
      };
    },
  };
}
