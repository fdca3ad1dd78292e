/** Options of sockets that Bun has no call for, by the C library, on Linux. */

/** A number is one of C's. */
export type SetSocketOption = (
  descriptor: number,
  level: number,
  option: number,
  value: number | Uint8Array,
) => void;

let loaded: Promise<SetSocketOption | undefined> | undefined;

/** Undefined where it cannot be done: on other systems and runtimes. */
export function loadSetSocketOption(): Promise<SetSocketOption | undefined> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<SetSocketOption | undefined> {
  if (process.platform !== 'linux' || process.versions.bun === undefined) return undefined;
  const { dlopen } = await import('bun:ffi');
  const signature = { setsockopt: { args: ['i32', 'i32', 'i32', 'ptr', 'u32'], returns: 'i32' } } as const;
  for (const name of ['libc.so.6', 'libc.so']) {
    try {
      const { symbols } = dlopen(name, signature);
      return (descriptor, level, option, value) => {
        const bytes = typeof value === 'number' ? new Int32Array([value]) : value;
        symbols.setsockopt(descriptor, level, option, bytes, bytes.byteLength);
      };
    } catch {
      // The other C library, or none that can be reached.
    }
  }
  return undefined;
}
