import { createPrivateKey } from 'node:crypto';
import { LONG_FLAG, resetKey, type UdpCounters } from '@sotto/protocol/udp';
import type { Accept, Listener, TlsIdentity } from '../contract.ts';
import { Following } from '../following.ts';
import { listenError } from '../listen-error.ts';
import { UdpTransportConnection } from './connection.ts';
import { nodeCrypto } from './crypto.ts';
import { UdpDriver } from './driver.ts';
import { environmentWith, openSocket } from './environment.ts';
import { serverTls } from './tls-server.ts';

export interface ListenUdpOptions {
  hostname: string;
  /** 0 takes a free one. */
  port: number;
  identity: TlsIdentity;
  accept: Accept;
  handshakesMax?: number;
}

export interface UdpListener extends Listener {
  /** Sums over all connections, and what belonged to none [COUNT-1]. */
  readonly counters: Readonly<UdpCounters>;
}

/** Listens on UDP. Rejects with ListenError. */
export async function listenUdp(options: ListenUdpOptions): Promise<UdpListener> {
  const { hostname, port, identity, accept, handshakesMax } = options;
  let isClosed = false;
  const driver: UdpDriver = new UdpDriver({
    environment: environmentWith(serverTls(identity)),
    open: openSocket,
    server: {
      resetKey: resetKey(nodeCrypto, secretOf(identity)),
      accept: (udp) => new UdpTransportConnection(udp, identity.certificateSha256).start(accept),
      ...(handshakesMax === undefined ? {} : { handshakesMax }),
    },
    idle: () => {
      if (isClosed) driver.closeAll();
    },
  });
  // Packets with a long header are of those who are not connected yet.
  const accepts = (datagram: Uint8Array) => !isClosed || ((datagram[0] ?? 0) & LONG_FLAG) === 0;
  const sockets = new Following({
    hostname,
    port,
    open: async (address, port) => (await driver.open(address, { address, port, accepts })).port,
    close: (address) => driver.close(address),
  });
  try {
    await sockets.open();
  } catch (error) {
    driver.closeAll();
    throw listenError('udp', hostname, port, error);
  }
  return {
    transport: 'udp',
    address: hostname,
    port: sockets.port,
    counters: driver.counters,
    async close() {
      isClosed = true;
      sockets.stop();
      // Their packets are not taken any more, so they would wait in vain.
      driver.refuseHandshakes('the server takes nobody any more');
      if (driver.connections === 0) driver.closeAll();
    },
  };
}

/** The private key in one form, whatever the PEM file looks like [RESET-2]. */
const secretOf = ({ privateKey }: TlsIdentity): Uint8Array =>
  new Uint8Array(createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' }));
