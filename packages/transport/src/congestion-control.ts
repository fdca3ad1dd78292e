/**
 * Which congestion control TCP has below our streams [TLS-7]. BBR, where it is the machine's, goes down to four packets a
 * round trip for 200 ms every ten seconds while a file keeps a queue filled, and what people say waits behind that in the kernel.
 * Anything else that an administrator chose stays.
 */
import { readFile } from 'node:fs/promises';
import { descriptorsOn } from './descriptors.ts';
import { loadSetSocketOption } from './socket-options.ts';

/** <netinet/tcp.h> */
const IPPROTO_TCP = 6;
const TCP_CONGESTION = 13;
const AVOIDED = 'bbr';
const PREFERRED = new TextEncoder().encode('cubic');
const MACHINE = '/proc/sys/net/ipv4/tcp_congestion_control';

/** Of what listens on that port, and of what it accepts from then on. The kernel may refuse, and then all stays as it is. */
export async function avoidBbrOn(port: number): Promise<void> {
  if (!(await isMachines())) return;
  for (const descriptor of await descriptorsOn('tcp', port)) await prefer(descriptor);
}

/** Of a client's socket, whose descriptor the runtime keeps behind it. */
export async function avoidBbrOf(socket: object): Promise<void> {
  const handle = '_handle' in socket ? socket._handle : undefined;
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return;
  if (typeof handle.fd === 'number' && handle.fd >= 0 && (await isMachines())) await prefer(handle.fd);
}

async function prefer(descriptor: number): Promise<void> {
  const set = await loadSetSocketOption();
  set?.(descriptor, IPPROTO_TCP, TCP_CONGESTION, PREFERRED);
}

const isMachines = async (): Promise<boolean> =>
  process.platform === 'linux' && (await readFile(MACHINE, 'utf8').catch(() => '')).trim() === AVOIDED;
