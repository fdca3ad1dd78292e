import { dlopen } from 'bun:ffi';
import { readdirSync, readlinkSync } from 'node:fs';

const IPPROTO_TCP = 6;
const TCP_CONGESTION = 13;
const ALGORITHM = Buffer.from('cubic');

/**
 * CUBIC for every TCP socket of this process, and for what its listeners accept: what Linux has unless told otherwise,
 * and what QUIC and our own transport use. Machines differ in their default, and figures with it.
 */
export function useCubic(): void {
  const { symbols, close } = dlopen('libc.so.6', {
    setsockopt: { args: ['int', 'int', 'int', 'ptr', 'u32'], returns: 'int' },
  });
  // Sockets that are no TCP sockets refuse the option.
  for (const socket of sockets())
    symbols.setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, ALGORITHM, ALGORITHM.length);
  close();
}

function sockets(): number[] {
  return readdirSync('/proc/self/fd')
    .filter((descriptor) => linkOf(descriptor).startsWith('socket:'))
    .map(Number);
}

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // The one that listed the directory is gone.
    return '';
  }
}
