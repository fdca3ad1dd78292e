/** The same bytes as a plain Uint8Array: a Buffer's `slice` does not copy, which callers would learn too late. */
export const plainBytes = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
