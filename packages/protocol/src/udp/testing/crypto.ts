import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { TAG_BYTES } from '../constants.ts';
import type { CryptoEngine } from '../engines.ts';

/** The plainest engine there is, for tests of this package; the one that ships is in `packages/transport/src/udp`. */
export const testCrypto: CryptoEngine = {
  aead: (key) => ({
    seal(nonce, associated, plaintext) {
      const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-256-gcm', key, nonce);
      cipher.setAAD(associated);
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      return new Uint8Array(Buffer.concat([ciphertext, cipher.getAuthTag()]));
    },
    open(nonce, associated, sealed) {
      if (sealed.length < TAG_BYTES) return undefined;
      const decipher = createDecipheriv(`aes-${key.length * 8}-gcm` as 'aes-256-gcm', key, nonce);
      decipher.setAAD(associated);
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      const plaintext = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return new Uint8Array(plaintext);
    },
  }),
  block: (key) => (input) => {
    const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null);
    return new Uint8Array(cipher.setAutoPadding(false).update(input));
  },
  hmacSha256: (key, data) => new Uint8Array(createHmac('sha256', key).update(data).digest()),
  sha256: (data) => new Uint8Array(createHash('sha256').update(data).digest()),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};
