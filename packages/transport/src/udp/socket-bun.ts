import { surface } from '../surface.ts';
import type { Batch, DatagramSocket, OpenSocket } from './socket.ts';
import { enlargeBuffers } from './socket-buffers.ts';

/** How often a call may take less than it was given before the rest is lost. */
const REFUSALS_MAX = 16;
const FIELDS = 3;

type BunSocket = Bun.udp.Socket<'uint8array'>;

export const openBunSocket: OpenSocket = async ({ address, port, received, refused }) => {
  const socket = await Bun.udpSocket({
    hostname: address,
    port,
    binaryType: 'uint8array',
    socket: {
      data(_socket, datagram, port, address) {
        // Nobody can be answered at port 0.
        if (port !== 0) surfacing(() => received(datagram, address, port));
      },
      // It does not say who could not be reached: where there are several, loss recovery finds out.
      error: (...about) => {
        if (about.some((error) => 'code' in error && error.code === 'ECONNREFUSED')) refused?.();
      },
    },
  });
  await enlargeBuffers(socket);
  return new Sender(socket);
};

/** What a handler throws would come to `error` and vanish there. */
function surfacing(handler: () => void): void {
  try {
    handler();
  } catch (error) {
    surface(error);
  }
}

class Sender implements DatagramSocket {
  readonly address: string;
  readonly port: number;
  readonly #socket: BunSocket;

  constructor(socket: BunSocket) {
    this.#socket = socket;
    this.address = socket.hostname;
    this.port = socket.port;
  }

  /**
   * The kernel stops at a datagram that it does not take: for the error of an earlier one, which is gone when asked
   * again, or for that one's own, and then it is left out.
   */
  send(batch: Batch): void {
    let rest = batch;
    let isStuck = false;
    for (let refusals = 0; refusals < REFUSALS_MAX; refusals++) {
      const sent = this.#sendMany(rest);
      if (sent * FIELDS >= rest.length) return;
      rest = rest.slice((sent === 0 && isStuck ? 1 : sent) * FIELDS);
      isStuck = sent === 0 && !isStuck;
    }
  }

  unref(): void {
    this.#socket.unref();
  }

  close(): void {
    if (!this.#socket.closed) this.#socket.close();
  }

  #sendMany(batch: Batch): number {
    try {
      return this.#socket.closed
        ? batch.length
        : this.#socket.sendMany(batch as Parameters<BunSocket['sendMany']>[0]);
    } catch {
      return 0;
    }
  }
}
