/** A network between UDP clients and a server on loopback, as a test may disturb it. */
import { createSocket, type Socket } from 'node:dgram';

const HOST = '127.0.0.1';
/** What a paused link keeps; more is lost. */
const HELD_MAX = 64;
const BUFFER_BYTES = 4 * 1024 * 1024;

/** What one client port and the server say to each other. */
export interface UdpLink {
  /** What the server sends is held back. */
  pauseToClient(paused: boolean): void;
  /** What the server sends is lost. */
  loseToClient(lost: boolean): void;
  /** Those that `isLost` says are lost, from now on. */
  lose(isLost: (toServer: boolean, datagram: Uint8Array) => boolean): void;
  /** Nothing passes any more in either direction, and nobody is told. */
  freeze(): void;
  /** The server hears the client from this port, or another one, from now on, as after a NAT has forgotten it. */
  rebind(port?: number): Promise<void>;
  /** Where the server hears the client from. */
  readonly port: number;
  /** Where the client is. */
  readonly clientPort: number;
  /** Every datagram so far, of either side. */
  readonly seen: readonly { toServer: boolean; datagram: Uint8Array }[];
  /** Puts a datagram of the test's own making on the way. */
  inject(toServer: boolean, datagram: Uint8Array): void;
}

export interface UdpRelay {
  port: number;
  /** By the order in which the clients came. */
  readonly links: readonly UdpLink[];
  latest(): UdpLink;
  /** Another server takes over the traffic. */
  redirect(serverPort: number): void;
  close(): void;
}

export async function startUdpRelay(serverPort: number): Promise<UdpRelay> {
  const links = new Map<number, Link>();
  const front = await bound();
  let target = serverPort;
  front.on('message', (datagram, { port }) => {
    // A client of QUIC asks the system whether anybody listens, from a socket that is not its connection's.
    if (datagram.length === 1) return;
    let link = links.get(port);
    if (link === undefined) {
      link = new Link(
        port,
        (bytes) => front.send(bytes, port, HOST),
        () => target,
      );
      links.set(port, link);
      void link.rebind();
    }
    link.fromClient(datagram);
  });
  const all = () => [...links.values()];
  return {
    port: front.address().port,
    get links() {
      return all();
    },
    latest: () => {
      const link = all().at(-1);
      if (link === undefined) throw new Error('nothing has come yet');
      return link;
    },
    redirect: (port) => {
      target = port;
    },
    close: () => {
      front.close();
      for (const link of all()) link.close();
    },
  };
}

class Link implements UdpLink {
  readonly seen: { toServer: boolean; datagram: Uint8Array }[] = [];
  readonly clientPort: number;
  readonly #toClient: (datagram: Uint8Array) => void;
  readonly #serverPort: () => number;
  #back: Socket | undefined;
  /** Of the client, until there is a socket to send them from. */
  #early: Uint8Array[] = [];
  #held: Uint8Array[] = [];
  #isPaused = false;
  #isLost = (_toServer: boolean, _datagram: Uint8Array): boolean => false;
  #isFrozen = false;

  constructor(clientPort: number, toClient: (datagram: Uint8Array) => void, serverPort: () => number) {
    this.clientPort = clientPort;
    this.#toClient = toClient;
    this.#serverPort = serverPort;
  }

  fromClient(datagram: Uint8Array): void {
    if (this.#isFrozen) return;
    this.seen.push({ toServer: true, datagram: datagram.slice() });
    if (this.#isLost(true, datagram)) return;
    if (this.#back === undefined) this.#early.push(datagram.slice());
    else this.#back.send(datagram, this.#serverPort(), HOST);
  }

  pauseToClient(paused: boolean): void {
    this.#isPaused = paused;
    if (paused) return;
    for (const datagram of this.#held.splice(0)) this.#toClient(datagram);
  }

  loseToClient(lost: boolean): void {
    this.lose((toServer) => lost && !toServer);
  }

  lose(isLost: (toServer: boolean, datagram: Uint8Array) => boolean): void {
    this.#isLost = isLost;
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  get port(): number {
    return this.#back?.address().port ?? 0;
  }

  async rebind(port = 0): Promise<void> {
    const back = await bound(port);
    this.#back?.close();
    this.#back = back;
    back.on('message', (datagram) => this.#fromServer(datagram));
    for (const datagram of this.#early.splice(0)) back.send(datagram, this.#serverPort(), HOST);
  }

  inject(toServer: boolean, datagram: Uint8Array): void {
    if (toServer) this.#back?.send(datagram, this.#serverPort(), HOST);
    else this.#toClient(datagram);
  }

  close(): void {
    this.#isFrozen = true;
    this.#back?.close();
  }

  #fromServer(datagram: Uint8Array): void {
    if (this.#isFrozen) return;
    this.seen.push({ toServer: false, datagram: datagram.slice() });
    if (this.#isLost(false, datagram)) return;
    if (!this.#isPaused) this.#toClient(datagram);
    else if (this.#held.length < HELD_MAX) this.#held.push(datagram.slice());
  }
}

function bound(port = 0): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES });
  socket.on('error', () => {});
  return new Promise((resolve) => socket.bind(port, HOST, () => resolve(socket)));
}
