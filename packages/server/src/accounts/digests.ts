import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { UserUuid } from '@sotto/model';

export const hmacSha256 = (key: Uint8Array | string, bytes: Uint8Array | string): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(bytes).digest());

/** Takes as long for a near miss as for a far one. */
export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && timingSafeEqual(one, other);

/** A version 4 UUID (RFC 9562) of 16 random bytes. */
export function uuidOf(random: Uint8Array): UserUuid {
  const bytes = Uint8Array.from(random.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toHex().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as UserUuid;
}

/** Whether `key` (Ed25519, 32 bytes) signed `bytes`. False for anything that is no key or no signature. */
export function signedBy(key: Uint8Array, signature: Uint8Array, bytes: Uint8Array): boolean {
  try {
    const x = Buffer.from(key).toString('base64url');
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, bytes, publicKey, signature);
  } catch {
    return false;
  }
}
