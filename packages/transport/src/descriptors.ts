/** Sockets of this process that the runtime does not hand out, by their port, on Linux. */
import { readdir, readFile, readlink } from 'node:fs/promises';

const DESCRIPTORS = '/proc/self/fd';
/** Columns of the files in /proc/self/net: local address, and the socket's inode. */
const LOCAL_ADDRESS = 1;
const INODE = 9;

/** Of all its sockets of that protocol on that port, the accepted ones among them; none where it cannot be known. */
export async function descriptorsOn(protocol: 'tcp' | 'udp', port: number): Promise<number[]> {
  const files = [`/proc/self/net/${protocol}`, `/proc/self/net/${protocol}6`];
  const inodes = new Set((await Promise.all(files.map((file) => inodesIn(file, port)))).flat());
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
