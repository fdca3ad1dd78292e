/** How people see and type a certificate's SHA-256. */
const BYTES = 32;

/** `SHA256:AB:CD:...`; empty for no bytes. */
export function formatFingerprint(sha256: Uint8Array): string {
  if (sha256.length === 0) return '';
  return `SHA256:${[...sha256].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')}`;
}

/** Takes what `formatFingerprint` writes, in any case, with or without prefix and colons; undefined when it is none. */
export function parseFingerprint(text: string): Uint8Array | undefined {
  const digits = text
    .trim()
    .replace(/^sha256:/i, '')
    .replaceAll(':', '');
  return new RegExp(`^[0-9a-f]{${2 * BYTES}}$`, 'i').test(digits) ? Uint8Array.fromHex(digits) : undefined;
}
