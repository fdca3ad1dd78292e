import type { Random } from '@sotto/protocol';
import type { StartTls, UdpEnvironment } from '@sotto/protocol/udp';
import { nodeCrypto } from './crypto.ts';
import type { OpenSocket } from './socket.ts';
import { openBunSocket } from './socket-bun.ts';
import { openNodeSocket } from './socket-node.ts';

const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };

export const environmentWith = (startTls: StartTls): UdpEnvironment => ({
  crypto: nodeCrypto,
  random,
  startTls,
});

/** Bun's own socket takes a fifth less time a datagram than its `node:dgram`. */
export const openSocket: OpenSocket = 'bun' in process.versions ? openBunSocket : openNodeSocket;
