import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { plainBytes } from '../plain-bytes.ts';
import { type Batch, type DatagramSocket, type OpenSocket, SOCKET_BUFFER_BYTES } from './socket.ts';

/** Of Node.js, which has no call for several datagrams at once. */
export const openNodeSocket: OpenSocket = async ({ address, port, received }) => {
  const socket = createSocket({
    type: isIPv6(address) ? 'udp6' : 'udp4',
    recvBufferSize: SOCKET_BUFFER_BYTES,
    sendBufferSize: SOCKET_BUFFER_BYTES,
    // Addresses only come here resolved.
    lookup: (host, _options, found) => found(null, host, isIPv6(host) ? 6 : 4),
  });
  socket.on('message', (datagram, { address, port }) => {
    if (port !== 0) received(plainBytes(datagram), address, port);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Errors say that somebody could not be reached, and not who: loss recovery finds out.
  socket.on('error', reject);
  socket.bind(port, address, resolve);
  await promise;
  const bound = socket.address();
  let isOpen = true;
  return {
    address: bound.address,
    port: bound.port,
    send(batch: Batch) {
      if (!isOpen) return;
      for (let at = 0; at + 2 < batch.length; at += 3) {
        const [datagram, port, address] = [batch[at], batch[at + 1], batch[at + 2]];
        if (typeof datagram !== 'object' || typeof port !== 'number' || typeof address !== 'string') continue;
        socket.send(datagram, port, address, ignore);
      }
    },
    unref: () => void socket.unref(),
    close() {
      if (isOpen) socket.close();
      isOpen = false;
    },
  } satisfies DatagramSocket;
};

const ignore = (): void => {};
