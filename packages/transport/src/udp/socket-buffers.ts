import { SOCKET_BUFFER_BYTES } from './socket.ts';

/** <asm-generic/socket.h> */
const SOL_SOCKET = 1;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;

type SetBuffer = (descriptor: number, option: number) => void;
let setBuffer: Promise<SetBuffer | undefined> | undefined;

/** Where it can be done: Bun has no call for it. The kernel grants what its administrator allows (net.core.rmem_max). */
export async function enlargeBuffers(socket: object): Promise<void> {
  if (process.platform !== 'linux' || !('fd' in socket) || typeof socket.fd !== 'number') return;
  setBuffer ??= loadSetBuffer();
  const set = await setBuffer;
  set?.(socket.fd, SO_RCVBUF);
  set?.(socket.fd, SO_SNDBUF);
}

async function loadSetBuffer(): Promise<SetBuffer | undefined> {
  const { dlopen } = await import('bun:ffi');
  const signature = { setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' } } as const;
  const value = new Int32Array([SOCKET_BUFFER_BYTES]);
  for (const name of ['libc.so.6', 'libc.so']) {
    try {
      const { symbols } = dlopen(name, signature);
      return (descriptor, option) => {
        symbols.setsockopt(descriptor, SOL_SOCKET, option, value, value.byteLength);
      };
    } catch {
      // The other C library, or none that can be reached.
    }
  }
  return undefined;
}
