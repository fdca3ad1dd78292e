export const sha256Of = (bytes: Uint8Array | string): Uint8Array =>
  new Uint8Array(new Bun.CryptoHasher('sha256').update(bytes).digest());

/** For what is no secret: it takes longer for a near miss. `accounts/digests.ts` has one that does not. */
export const isSameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
