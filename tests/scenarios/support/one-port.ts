/** A NAT that gives everyone behind it one and the same UDP port towards the server, in turn. */
import { createSocket, type Socket } from 'node:dgram';

const HOST = '127.0.0.1';
/** What opens a connection is as long at least; what a client tries a port with beforehand is not. */
const OPENING_BYTES = 1_200;

export interface OnePort {
  /** Where the server sees whoever has it. */
  readonly port: number;
  /** For the next client, to be dialled by it alone. The one before is cut off and not told. */
  next(): Promise<number>;
  close(): void;
}

export async function startOnePort(serverPort: number): Promise<OnePort> {
  const outside = await bound();
  const insides: Socket[] = [];
  let holder: { inside: Socket; client: number } | undefined;
  outside.on('message', (datagram) => holder?.inside.send(datagram, holder.client, HOST));
  return {
    port: outside.address().port,
    next: async () => {
      const inside = await bound();
      insides.push(inside);
      holder = undefined;
      inside.on('message', (datagram, { port }) => {
        if (inside !== insides.at(-1)) return;
        if (datagram.length >= OPENING_BYTES) holder ??= { inside, client: port };
        if (holder?.client === port) outside.send(datagram, serverPort, HOST);
      });
      return inside.address().port;
    },
    close: () => {
      for (const socket of [outside, ...insides]) socket.close();
    },
  };
}

function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => socket.bind(0, HOST, () => resolve(socket)));
}
