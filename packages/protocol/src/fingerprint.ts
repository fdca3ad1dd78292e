/** Certificate fingerprints as people compare and type them: `SHA256:AB:CD:...`, the digits as X.509 tools and browsers show them. */
const PREFIX = 'SHA256:';
const HEXADECIMAL = /^[0-9a-f]{64}$/i;

export function formatFingerprint(sha256: Uint8Array): string {
  return PREFIX + Array.from(sha256, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

/** The 32 bytes that `text` names, in any case, with or without prefix and colons; undefined when it names none. */
export function parseFingerprint(text: string): Uint8Array | undefined {
  const digits = text
    .trim()
    .replace(/^sha-?256[:=]/i, '')
    .replaceAll(':', '');
  if (!HEXADECIMAL.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
