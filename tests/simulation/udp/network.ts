import type { EventQueue, RandomNumber } from '@sotto/protocol/testing';
import type { Conditions } from './conditions.ts';
import { type Content, Link, type Parcel } from './link.ts';
import { Watch } from './watch.ts';

export const SERVER = '192.0.2.1|20001';
/** Datagrams that an attacker remembers. */
const RECORDED_MAX = 100;

/** A server, and clients behind NATs whose addresses change; whoever is on the way may record, forge and divert. */
export class Network {
  readonly queue: EventQueue;
  readonly number: RandomNumber;
  readonly watch: Watch;
  readonly recorded: Parcel[] = [];
  /** Every datagram, as it leaves. */
  tap: (parcel: Parcel) => void = () => {};
  server: ((datagram: Uint8Array, from: string) => void) | undefined;
  readonly #holders = new Map<string, { site: Site; socket: string }>();
  #hosts = 1;
  #ports = 40_000;

  constructor(queue: EventQueue, number: RandomNumber, problems: string[]) {
    this.queue = queue;
    this.number = number;
    this.watch = new Watch(problems);
  }

  join(up: Conditions, down: Conditions): Site {
    return new Site(this, up, down);
  }

  newHost(): string {
    return `198.51.100.${this.#hosts++}`;
  }

  newPort(): number {
    return this.#ports++;
  }

  hold(address: string, site: Site, socket: string): void {
    this.#holders.set(address, { site, socket });
  }

  release(address: string): void {
    this.#holders.delete(address);
  }

  fromServer(to: string, bytes: Uint8Array): void {
    this.watch.sent(to, bytes.length);
    const site = this.#holders.get(to)?.site;
    const content: Content = { site, reached: 0, arrived: false };
    const parcel: Parcel = { bytes: bytes.slice(), from: SERVER, to, content };
    this.note(parcel);
    // Where nobody lives nothing arrives, though the server has sent.
    site?.down.send(parcel);
  }

  toServer(parcel: Parcel): void {
    const { bytes, from, content } = parcel;
    this.watch.received(from, bytes.length);
    if (content !== undefined) {
      const site = content.site as Site;
      for (const address of site.reached.slice(0, content.reached)) this.watch.validate(address);
      if (!content.arrived && isSealed(bytes)) site.heardByServerAt = this.queue.now;
      content.arrived = true;
    }
    this.server?.(bytes.slice(), from);
  }

  toClient(parcel: Parcel): void {
    const holder = this.#holders.get(parcel.to);
    if (holder === undefined) return;
    holder.site.receive(parcel, holder.socket);
  }

  note(parcel: Parcel): void {
    this.tap(parcel);
    if (this.recorded.length < RECORDED_MAX) this.recorded.push(parcel);
    else this.recorded[this.number(RECORDED_MAX)] = parcel;
  }
}

const RESET_BYTES = 42;

/** Of a connection that has keys, and no reset, which a client may not know for one when it comes early. */
const isSealed = ({ 0: flags = 0, length }: Uint8Array): boolean => flags < 0x80 && length !== RESET_BYTES;

/** Where a client is: its sockets, and the addresses that its NAT gives them. */
export class Site {
  readonly up: Link;
  readonly down: Link;
  readonly begunWith: readonly Conditions[];
  receives: ((datagram: Uint8Array, path: string) => void) | undefined;
  /** Addresses at which something of the server reached it, in that order. */
  readonly reached: string[] = [];
  /** When it last heard its connection, and the server its own end of it. */
  heardAt = Number.NEGATIVE_INFINITY;
  heardByServerAt = Number.NEGATIVE_INFINITY;
  /** Somebody else has had an address of its: what is heard is no longer told apart. */
  shared = false;
  /** The next datagram leaves from here instead, once: somebody on the way is faster [ROAM-2]. */
  divertTo: string | undefined;
  readonly #network: Network;
  readonly #addresses = new Map<string, string>();
  #host: string;
  #sockets = 0;

  constructor(network: Network, up: Conditions, down: Conditions) {
    const { queue, number } = network;
    this.#network = network;
    this.begunWith = [up, down];
    this.#host = network.newHost();
    this.up = new Link(queue, number, up, (parcel) => network.toServer(parcel));
    this.down = new Link(queue, number, down, (parcel) => network.toClient(parcel));
  }

  /** A new socket; what the client calls the path from it to the server. */
  open(): string {
    const socket = `${++this.#sockets}/${SERVER}`;
    this.#map(socket, `${this.#host}|${this.#network.newPort()}`);
    return socket;
  }

  /** The address of a socket as the server sees it. */
  addressOf(socket: string): string {
    return this.#addresses.get(socket) ?? 'nowhere|0';
  }

  /** The NAT gives every socket another port, or the client gets another host address. Returns the addresses left. */
  rebind(kind: 'port' | 'host'): string[] {
    if (kind === 'host') this.#host = this.#network.newHost();
    const left = [...this.#addresses.values()];
    for (const socket of this.#addresses.keys())
      this.#map(socket, `${this.#host}|${this.#network.newPort()}`);
    return left;
  }

  /** The NAT gives the last socket an address that another client had. */
  take(address: string): void {
    const socket = [...this.#addresses.keys()].at(-1);
    if (socket === undefined) return;
    this.shared = true;
    this.#map(socket, address);
  }

  leave(): void {
    for (const address of this.#addresses.values()) this.#network.release(address);
    this.#addresses.clear();
    this.receives = undefined;
  }

  send(socket: string, bytes: Uint8Array): void {
    const from = this.#addresses.get(socket);
    if (from === undefined) return;
    const content: Content = { site: this, reached: this.reached.length, arrived: false };
    const parcel: Parcel = { bytes: bytes.slice(), from: this.divertTo ?? from, to: SERVER, content };
    this.divertTo = undefined;
    this.#network.note(parcel);
    this.up.send(parcel);
  }

  receive({ bytes, to, content }: Parcel, socket: string): void {
    if (content !== undefined) {
      if (!this.reached.includes(to)) this.reached.push(to);
      if (!content.arrived && content.site === this && isSealed(bytes))
        this.heardAt = this.#network.queue.now;
      content.arrived = true;
    }
    this.receives?.(bytes.slice(), socket);
  }

  #map(socket: string, address: string): void {
    const old = this.#addresses.get(socket);
    if (old !== undefined) this.#network.release(old);
    this.#addresses.set(socket, address);
    this.#network.hold(address, this, socket);
  }
}
