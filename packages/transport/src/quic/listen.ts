import type { Listener } from '../contract.ts';
import { Following } from '../following.ts';
import { listenError } from '../listen-error.ts';
import { isWildcard, localAddresses } from '../local-addresses.ts';
import { loadQuic } from './runtime.ts';
import { type QuicCounters, QuicServer, type ServerOptions } from './server.ts';

export interface ListenQuicOptions extends ServerOptions {
  hostname: string;
  /** 0 takes a free one. */
  port: number;
}

export interface QuicListener extends Listener {
  readonly counters: Readonly<QuicCounters>;
}

/** Listens on QUIC. Rejects with ListenError. */
export async function listenQuic(options: ListenQuicOptions): Promise<QuicListener> {
  const { hostname, port } = options;
  try {
    const server = new QuicServer(await loadQuic(), options);
    const following = new Following({
      hostname,
      port,
      open: (address, port) => server.open(address, port),
      close: (address) => server.drop(address),
      addresses: () => addressesFor(hostname),
    });
    await following.open();
    return {
      transport: 'quic',
      address: hostname,
      port: following.port,
      get counters() {
        return server.counters;
      },
      async close() {
        following.stop();
        server.close();
      },
    };
  } catch (error) {
    throw listenError('quic', hostname, port, error);
  }
}

/** The runtime cannot bind addresses of one link alone, which have a scope, so a wildcard leaves them out. */
const addressesFor = (hostname: string): string[] =>
  localAddresses(hostname).filter((address) => !isWildcard(hostname) || !address.includes('%'));
