/** Certificate fingerprints as people compare and type them: `SHA256:` and base64 without padding, as OpenSSH writes them. */
const PREFIX = 'SHA256:';
const SHA256_BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/]{43}$/;
const HEXADECIMAL = /^[0-9a-f]{64}$/;

export const formatFingerprint = (sha256: Uint8Array): string =>
  PREFIX + btoa(String.fromCharCode(...sha256)).replace(/=+$/, '');

/**
 * The 32 bytes that `text` names; undefined when it names none. Other tools print hexadecimal, with or without colons:
 * that is read too.
 */
export function parseFingerprint(text: string): Uint8Array | undefined {
  const value = text.trim().replace(/^sha-?256[:=]/i, '');
  const digits = value.replaceAll(':', '').toLowerCase();
  if (HEXADECIMAL.test(digits)) {
    return Uint8Array.from({ length: SHA256_BYTES }, (_, index) =>
      Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
    );
  }
  const base64 = value.replace(/=$/, '');
  if (!BASE64.test(base64)) return undefined;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  // The last digit has two bits to spare: only one spelling of each fingerprint is accepted.
  return formatFingerprint(bytes) === PREFIX + base64 ? bytes : undefined;
}
