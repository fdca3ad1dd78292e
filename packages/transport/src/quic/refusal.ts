import { isIPv6 } from 'node:net';
import { openSocket } from '../udp/environment.ts';

/** No packet of QUIC, which has the second bit set: servers drop it. */
const NO_PACKET = new Uint8Array(1);

/**
 * Asks the system whether anybody listens, since the runtime's QUIC waits for its time limit where nobody does. Calls
 * `refused` where the system tells; the returned function ends it.
 */
export function watchRefusal(address: string, port: number, refused: () => void): () => void {
  let isOver = false;
  const opened = openSocket({
    address: isIPv6(address) ? '::' : '0.0.0.0',
    port: 0,
    received: () => {},
    refused: () => {
      if (!isOver) refused();
    },
  });
  opened.then(
    (socket) => socket.send([NO_PACKET, port, address]),
    // Without a socket the time limit decides.
    () => {},
  );
  return () => {
    isOver = true;
    opened.then(
      (socket) => socket.close(),
      () => {},
    );
  };
}
