import { isIPv6 } from 'node:net';
import { openSocket } from '../udp/environment.ts';
import type { DatagramSocket } from '../udp/socket.ts';

/** Most servers have answered by then, and need not be asked. */
const PATIENCE_MS = 50;
/** No packet of QUIC, which has the second bit set: servers drop it. */
const NO_PACKET = new Uint8Array(1);

/**
 * Asks the system whether anybody listens, since the runtime's QUIC waits for its time limit where nobody does. Calls
 * `refused` where the system tells; the returned function ends it.
 */
export function watchRefusal(address: string, port: number, refused: () => void): () => void {
  let opened: Promise<DatagramSocket | undefined> = Promise.resolve(undefined);
  let isOver = false;
  const timer = setTimeout(() => {
    // Without a socket the time limit decides.
    opened = ask(address, port, () => isOver || refused()).catch(() => undefined);
  }, PATIENCE_MS);
  return () => {
    isOver = true;
    clearTimeout(timer);
    void opened.then((socket) => socket?.close());
  };
}

async function ask(address: string, port: number, refused: () => void): Promise<DatagramSocket> {
  const own = isIPv6(address) ? '::' : '0.0.0.0';
  const socket = await openSocket({ address: own, port: 0, received: () => {}, refused });
  socket.send([NO_PACKET, port, address]);
  return socket;
}
