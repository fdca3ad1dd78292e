import { loadSetSocketOption, type SetSocketOption } from '../socket-options.ts';
import { SOCKET_BUFFER_BYTES } from './socket.ts';

/** <asm-generic/socket.h> */
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;

/** Where it can be done. The kernel grants what its administrator allows (net.core.rmem_max). */
export async function enlargeBuffers(socket: object): Promise<void> {
  if (!('fd' in socket) || typeof socket.fd !== 'number') return;
  const set = await loadSetSocketOption();
  if (set !== undefined) enlargeBuffersOf(socket.fd, set);
}

export function enlargeBuffersOf(descriptor: number, set: SetSocketOption): void {
  for (const option of [SO_RCVBUF, SO_SNDBUF]) set(descriptor, SOL_SOCKET, option, SOCKET_BUFFER_BYTES);
}
