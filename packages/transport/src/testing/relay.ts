import { connect, createServer, type Socket } from 'node:net';

/** One TCP connection through the relay, as a test may disturb it. */
export interface RelayLink {
  /** What the server sends is left in the kernel's buffers. */
  pauseToClient(paused: boolean): void;
  /** Nothing passes any more in either direction, and nobody is told. */
  freeze(): void;
  /** Both sides are reset. */
  cut(): void;
}

export interface Relay {
  port: number;
  /** The newest link. */
  latest(): RelayLink;
  close(): void;
}

/** Stands between a client and a server on loopback, as the network does. */
export async function startRelay(serverPort: number): Promise<Relay> {
  const links: RelayLink[] = [];
  const sockets: Socket[] = [];
  const server = createServer((toClient) => {
    const toServer = connect(serverPort, '127.0.0.1');
    sockets.push(toClient, toServer);
    for (const [from, to] of [
      [toClient, toServer],
      [toServer, toClient],
    ] as const) {
      from.on('data', (bytes) => {
        if (to.write(bytes)) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
    links.push({
      pauseToClient: (paused) => (paused ? toServer.pause() : toServer.resume()),
      freeze: () => {
        toServer.removeAllListeners('data').pause();
        toClient.removeAllListeners('data').pause();
      },
      cut: () => {
        toServer.resetAndDestroy();
        toClient.resetAndDestroy();
      },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no port');
  return {
    port: address.port,
    latest: () => {
      const link = links.at(-1);
      if (link === undefined) throw new Error('nothing has connected');
      return link;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
