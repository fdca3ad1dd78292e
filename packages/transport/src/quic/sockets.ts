/**
 * What the sockets of a server's QUIC are told that the runtime has no word for; where it cannot be done they stay as they
 * are. They do not hear of errors: the runtime takes one that a peer caused for one of its own, and then sends nothing to
 * anybody for a second, so one client that is gone, or says so, would hold up all the others. A server has no use for such
 * errors, which anybody can forge. And they get buffers as large as those of UDP.
 */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { loadSetSocketOption } from '../socket-options.ts';
import { enlargeBuffersOf } from '../udp/socket-buffers.ts';

/** <linux/in.h>, <linux/in6.h>: protocol level and IP_RECVERR, IPV6_RECVERR. */
const RECEIVE_ERRORS = [
  { level: 0, option: 11 },
  { level: 41, option: 25 },
] as const;
const DESCRIPTORS = '/proc/self/fd';
const UDP_SOCKETS = ['/proc/self/net/udp', '/proc/self/net/udp6'];
/** Columns of those files: local address, and the socket's inode. */
const LOCAL_ADDRESS = 1;
const INODE = 9;

/** Of all UDP sockets of this process on that port. */
export async function prepareSockets(port: number): Promise<void> {
  const set = await loadSetSocketOption();
  if (set === undefined) return;
  for (const descriptor of await descriptorsOn(port)) {
    for (const { level, option } of RECEIVE_ERRORS) set(descriptor, level, option, 0);
    enlargeBuffersOf(descriptor, set);
  }
}

async function descriptorsOn(port: number): Promise<number[]> {
  const inodes = new Set((await Promise.all(UDP_SOCKETS.map((file) => inodesIn(file, port)))).flat());
  const found: number[] = [];
  for (const descriptor of await readdir(DESCRIPTORS).catch(() => [])) {
    const target = await readlink(`${DESCRIPTORS}/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) found.push(Number(descriptor));
  }
  return found;
}

async function inodesIn(file: string, port: number): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[LOCAL_ADDRESS]?.endsWith(suffix)).map((row) => row[INODE] ?? '');
}
