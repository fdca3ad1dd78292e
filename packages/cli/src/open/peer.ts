/** Whose program is at the other end of a connection within this machine. Linux tells; elsewhere nobody knows. */
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';

export type PeerOwner = { kind: 'user'; uid: number } | { kind: 'nobody' } | { kind: 'unknown' };

/** One end of a connection, as the server's socket has it: "127.0.0.1" and the like. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** One after the other: most connections are in the first, and the kernel takes long to write either. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'] as const;
/** A connection asks often. Shorter than the time after which the system gives a port that was closed to anybody. */
const REMEMBERED_MS = 500;

export class PeerOwners {
  readonly #now: () => number;
  readonly #read: (path: string) => Promise<string>;
  readonly #known = new Map<string, { uid: number; untilMs: number }>();

  constructor(now: () => number, read: (path: string) => Promise<string> = (path) => readFile(path, 'utf8')) {
    this.#now = now;
    this.#read = read;
  }

  readonly ownerOf = async (peer: Peer, ownPort: number): Promise<PeerOwner> => {
    const nowMs = this.#now();
    for (const [end, { untilMs }] of this.#known) if (untilMs <= nowMs) this.#known.delete(end);
    const end = `${peer.address} ${peer.port}`;
    const known = this.#known.get(end);
    if (known !== undefined) return { kind: 'user', uid: known.uid };
    const owner = await this.#look(peer, ownPort);
    if (owner.kind === 'user') this.#known.set(end, { uid: owner.uid, untilMs: nowMs + REMEMBERED_MS });
    return owner;
  };

  async #look(peer: Peer, ownPort: number): Promise<PeerOwner> {
    if (endianness() === 'BE') return { kind: 'unknown' };
    let isReadable = false;
    for (const path of TABLES) {
      const table = await this.#read(path).catch(() => undefined);
      if (table === undefined) continue;
      isReadable = true;
      const owner = peerOwner(peer, ownPort, table);
      if (owner.kind === 'user') return owner;
    }
    return { kind: isReadable ? 'nobody' : 'unknown' };
  }
}

/**
 * `nobody`: the table has no such connection. Ports alone do not say which one it is: other users may have a connection with the
 * same two, between other addresses of the loopback.
 */
export function peerOwner(peer: Peer, ownPort: number, table: string): PeerOwner {
  const wanted = rowsOf(peer, ownPort);
  const found = table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .find(([, local, remote]) => wanted.includes(`${local} ${remote}`));
  // `sl local_address rem_address st tx:rx tr:when retrnsmt uid ...`
  const uid = found?.[UID_COLUMN];
  return uid === undefined ? { kind: 'nobody' } : { kind: 'user', uid: Number(uid) };
}

const UID_COLUMN = 7;
const V4 = /^(?:::ffff:)?(127)\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const HERE_V4 = '0100007F';
const V4_IN_V6 = '0000000000000000FFFF0000';
const HERE_V6 = '00000000000000000000000001000000';

/** The beginnings of its row, as little-endian machines write it; none for a peer of another machine. */
function rowsOf({ address, port }: Peer, ownPort: number): readonly string[] {
  const row = (peer: string, here: string) => `${peer}:${hex(port, 4)} ${here}:${hex(ownPort, 4)}`;
  if (address === '::1') return [row(HERE_V6, HERE_V6)];
  const parts = V4.exec(address)?.slice(1) ?? [];
  if (parts.length === 0) return [];
  const peer = parts
    .toReversed()
    .map((part) => hex(Number(part), 2))
    .join('');
  // Also where a program of IPv6 dials an address of IPv4.
  return [row(peer, HERE_V4), row(`${V4_IN_V6}${peer}`, `${V4_IN_V6}${HERE_V4}`)];
}

const hex = (number: number, digits: number): string =>
  number.toString(16).toUpperCase().padStart(digits, '0');
