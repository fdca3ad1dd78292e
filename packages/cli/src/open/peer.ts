/** Whose program is at the other end of a connection within this machine. Linux tells; elsewhere nobody knows. */
import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';

export type PeerOwner = { kind: 'user'; uid: number } | { kind: 'nobody' } | { kind: 'unknown' };

/** One after the other: most connections are in the first, and the kernel takes long to write either. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'] as const;
/** A connection asks often; whoever closes it cannot have its port again at once. */
const REMEMBERED_MS = 10_000;

export class PeerOwners {
  readonly #now: () => number;
  readonly #read: (path: string) => Promise<string>;
  readonly #known = new Map<number, { uid: number; untilMs: number }>();

  constructor(now: () => number, read: (path: string) => Promise<string> = (path) => readFile(path, 'utf8')) {
    this.#now = now;
    this.#read = read;
  }

  readonly ownerOf = async (peerPort: number, ownPort: number): Promise<PeerOwner> => {
    const nowMs = this.#now();
    for (const [port, { untilMs }] of this.#known) if (untilMs <= nowMs) this.#known.delete(port);
    const known = this.#known.get(peerPort);
    if (known !== undefined) return { kind: 'user', uid: known.uid };
    const owner = await this.#look(peerPort, ownPort);
    if (owner.kind === 'user') this.#known.set(peerPort, { uid: owner.uid, untilMs: nowMs + REMEMBERED_MS });
    return owner;
  };

  async #look(peerPort: number, ownPort: number): Promise<PeerOwner> {
    if (endianness() === 'BE') return { kind: 'unknown' };
    let isReadable = false;
    for (const path of TABLES) {
      const table = await this.#read(path).catch(() => undefined);
      if (table === undefined) continue;
      isReadable = true;
      const owner = peerOwner(peerPort, ownPort, table);
      if (owner.kind === 'user') return owner;
    }
    return { kind: isReadable ? 'nobody' : 'unknown' };
  }
}

/** `nobody`: the table has no such connection. */
export function peerOwner(peerPort: number, ownPort: number, table: string): PeerOwner {
  const found = table
    .split('\n')
    .slice(1)
    .map(readRow)
    .find((row) => row !== undefined && row.local === peerPort && row.remote === ownPort);
  return found === undefined ? { kind: 'nobody' } : { kind: 'user', uid: found.uid };
}

/** `sl local_address rem_address st tx:rx tr:when retrnsmt uid ...`; undefined for what is not within this machine. */
function readRow(line: string): { local: number; remote: number; uid: number } | undefined {
  const [, local = '', remote = '', , , , , uid = ''] = line.trim().split(/\s+/);
  if (!LOOPBACK.test(local) || !LOOPBACK.test(remote)) return undefined;
  return { local: portOf(local), remote: portOf(remote), uid: Number(uid) };
}

/** 127.x.x.x, ::ffff:127.x.x.x and ::1 as little-endian machines write them. */
const LOOPBACK = /^(?:(?:0{16}FFFF0000)?[0-9A-F]{6}7F|0{24}01000000):/;
const portOf = (address: string): number => Number.parseInt(address.split(':')[1] ?? '', 16);
