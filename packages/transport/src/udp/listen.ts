import { createPrivateKey } from 'node:crypto';
import { resetKey, type UdpCounters } from '@sotto/protocol/udp';
import type { Accept, Listener, TlsIdentity } from '../contract.ts';
import { listenError } from '../listen-error.ts';
import { UdpTransportConnection } from './connection.ts';
import { nodeCrypto } from './crypto.ts';
import { UdpDriver } from './driver.ts';
import { environmentWith, openSocket } from './environment.ts';
import { Sockets } from './sockets.ts';
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

/** A packet with a long header: of somebody who is not connected yet. */
const LONG_HEADER = 0x80;

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
  const accepts = (datagram: Uint8Array) => !isClosed || ((datagram[0] ?? 0) & LONG_HEADER) === 0;
  const sockets = new Sockets({ hostname, port, driver, accepts });
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
      if (driver.connections === 0) driver.closeAll();
    },
  };
}

/** The private key in one form, whatever the PEM file looks like [RESET-2]. */
const secretOf = ({ privateKey }: TlsIdentity): Uint8Array =>
  new Uint8Array(createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'der' }));
