import type { Accept, Connection, Dial, Listener, TlsIdentity, VerifyCertificate } from '../contract.ts';
import type { TransportHarness } from './contract.suite.ts';
import { type RelayLink, startRelay } from './relay.ts';

/** Runs a real transport through a relay, so that tests can stall and cut the path. */
export function networkHarness(
  name: string,
  identity: TlsIdentity,
  listen: (accept: Accept, identity: TlsIdentity) => Listener,
  dial: Dial,
): TransportHarness & { link(connection: Connection): RelayLink } {
  const links = new Map<Connection, RelayLink>();
  const link = (connection: Connection): RelayLink => {
    const found = links.get(connection);
    if (found === undefined) throw new Error('not a connection of this harness');
    return found;
  };
  return {
    name,
    bindsBothEnds: true,
    link,
    pauseReading: (connection, paused) => link(connection).pauseToClient(paused),
    async listen(accept) {
      const listener = listen(accept, identity);
      const relay = await startRelay(listener.port);
      return {
        async dial(events, signal) {
          const verify: VerifyCertificate = pinned(identity);
          const options = {
            host: '127.0.0.1',
            port: relay.port,
            verify,
            events,
            ...(signal ? { signal } : {}),
          };
          const connection = await dial(options);
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

/** Accepts the certificate of `identity` alone. */
export const pinned =
  (identity: TlsIdentity): VerifyCertificate =>
  ({ sha256 }) => {
    if (Buffer.compare(sha256, identity.certificateSha256) !== 0) throw new Error('another certificate');
  };
