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

/** As people know it: the peer's address without port or scope. */
export function peerAddress(path: PathKey): string {
  const { address } = destinationOf(path);
  const scope = address.indexOf('%');
  return plainAddress(scope === -1 ? address : address.slice(0, scope));
}
