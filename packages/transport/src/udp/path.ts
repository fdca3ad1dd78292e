import { isIPv6 } from 'node:net';
import type { PathKey } from '@sotto/protocol/udp';
import { plainAddress } from '../address.ts';

/** Which of this side's sockets, and whom it talks to. */
export interface Destination {
  label: string;
  address: string;
  port: number;
}

/**
 * The core compares what stands before the last bar to learn whether only the port has changed [ROAM-3]; a label has no
 * `>` in it.
 */
export const pathKey = (label: string, address: string, port: number): PathKey =>
  `${label}>${address}|${port}`;

export function destinationOf(path: PathKey): Destination {
  const end = path.indexOf('>');
  const bar = path.lastIndexOf('|');
  return { label: path.slice(0, end), address: path.slice(end + 1, bar), port: Number(path.slice(bar + 1)) };
}

/** As the system tells where a datagram came from, however somebody wrote it: `2001:DB8::1`, `::FFFF:7f00:1`. */
export function systemAddress(written: string): string {
  if (!isIPv6(written)) return written;
  const [literal = '', scope] = written.split('%');
  const address = new URL(`http://[${literal}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
  if (mapped === null) return scope === undefined ? address : `${address}%${scope}`;
  const bytes = mapped
    .slice(1)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
  return bytes.join('.');
}

/** As people know it: the peer's address without port or scope. */
export function peerAddress(path: PathKey): string {
  const { address } = destinationOf(path);
  const scope = address.indexOf('%');
  return plainAddress(scope === -1 ? address : address.slice(0, scope));
}
