import type { Accept, Connection, Dial, Listener, TlsIdentity, VerifyCertificate } from '../contract.ts';
import type { TransportHarness } from './contract.suite.ts';

/** What a test does to the path of one connection. */
interface Link {
  pauseToClient(paused: boolean): void;
}

interface Relay {
  readonly port: number;
  /** Of the connection dialled last. */
  latest(): Link;
  close(): void;
}

export interface NetworkHarness<R extends Relay, S extends Listener> extends TransportHarness {
  /** `listener` is the server itself, `relay` what clients dial. */
  listen(
    accept: Accept,
  ): Promise<Awaited<ReturnType<TransportHarness['listen']>> & { relay: R; listener: S }>;
  link(connection: Connection): ReturnType<R['latest']>;
}

/** Runs a real transport through a relay, so that tests can stall, cut and move the path. */
export function networkHarness<R extends Relay, S extends Listener>(
  name: string,
  identity: TlsIdentity,
  startRelay: (port: number) => Promise<R>,
  listen: (accept: Accept, identity: TlsIdentity) => S | Promise<S>,
  dial: Dial,
): NetworkHarness<R, S> {
  type LinkOfR = ReturnType<R['latest']>;
  const links = new Map<Connection, LinkOfR>();
  const link = (connection: Connection): LinkOfR => {
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
      const listener = await listen(accept, identity);
      const relay = await startRelay(listener.port);
      return {
        relay,
        listener,
        async dial(events, signal) {
          const options = { host: '127.0.0.1', port: relay.port, verify: pinned(identity), events };
          const connection = await dial({ ...options, ...(signal ? { signal } : {}) });
          links.set(connection, relay.latest() as LinkOfR);
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
