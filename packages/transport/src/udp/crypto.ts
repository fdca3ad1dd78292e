import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { type Aead, type CryptoEngine, TAG_BYTES } from '@sotto/protocol/udp';

const BLOCK_BYTES = 16;

/** The UDP core's cryptography by `node:crypto`, on Bun and Node.js. Results are plain Uint8Arrays, never Buffers. */
export const nodeCrypto: CryptoEngine = {
  aead: (key) => new AesGcm(key),
  block: aesBlock,
  hmacSha256: (key, data) => plain(createHmac('sha256', key).update(data).digest()),
  sha256: (data) => plain(createHash('sha256').update(data).digest()),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
};

class AesGcm implements Aead {
  readonly #key: KeyObject;
  readonly #cipher: 'aes-128-gcm' | 'aes-256-gcm';

  constructor(key: Uint8Array) {
    this.#key = createSecretKey(key);
    this.#cipher = key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
  }

  seal(nonce: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const cipher = createCipheriv(this.#cipher, this.#key, nonce);
    cipher.setAAD(associated);
    const sealed = new Uint8Array(plaintext.length + TAG_BYTES);
    sealed.set(cipher.update(plaintext));
    cipher.final();
    sealed.set(cipher.getAuthTag(), plaintext.length);
    return sealed;
  }

  open(nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const end = sealed.length - TAG_BYTES;
    if (end < 0) return undefined;
    const decipher = createDecipheriv(this.#cipher, this.#key, nonce);
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(end));
    const plaintext = decipher.update(sealed.subarray(0, end));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    return plain(plaintext);
  }
}

/** One cipher for all blocks: ECB keeps nothing from one to the next. */
function aesBlock(key: Uint8Array): (input: Uint8Array) => Uint8Array {
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-ecb' : 'aes-256-ecb', key, null);
  cipher.setAutoPadding(false);
  return (input) => {
    // Part of a block would wait inside for its other part, and every block after it would be wrong.
    if (input.length !== BLOCK_BYTES) throw new RangeError(`a block of ${input.length} bytes`);
    return cipher.update(input);
  };
}

const plain = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, length);
