/**
 * WebCrypto whose answers come in the order they were asked for. The real one works on other threads, and whichever finishes first
 * would decide what happens next: a seed would not replay.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

const PKCS8_HEAD_BYTES = 16;
/** RFC 8410: the fixed head of an Ed25519 public key. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Puts it in the place of the real one until the returned function is called. */
export function installSequentialCrypto(): () => void {
  const keys = new WeakMap<object, KeyObject>();
  const keep = (key: KeyObject): CryptoKey => {
    const handle = {} as CryptoKey;
    keys.set(handle, key);
    return handle;
  };
  const held = (handle: CryptoKey): KeyObject => {
    const key = keys.get(handle);
    if (key === undefined) throw new Error('not a key of the simulation');
    return key;
  };
  const importKey = async (format: string, bytes: Uint8Array): Promise<CryptoKey> =>
    format === 'pkcs8'
      ? keep(createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' }))
      : keep(createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: 'der', type: 'spki' }));
  const exportKey = async (format: string, handle: CryptoKey): Promise<unknown> =>
    format === 'jwk'
      ? held(handle).export({ format: 'jwk' })
      : held(handle)
          .export({ format: 'der', type: 'pkcs8' })
          .subarray(-32 - PKCS8_HEAD_BYTES);
  const sequential = {
    importKey,
    exportKey,
    sign: async (_algorithm: unknown, handle: CryptoKey, bytes: Uint8Array) =>
      sign(null, bytes, held(handle)),
    verify: async (_algorithm: unknown, handle: CryptoKey, signature: Uint8Array, bytes: Uint8Array) =>
      verify(null, bytes, held(handle), signature),
    digest: async (_algorithm: unknown, bytes: Uint8Array) => createHash('sha256').update(bytes).digest(),
  };
  // Others put theirs in its place as well, and get back what was there.
  const before = Object.keys(sequential).map(
    (name) => [name, Object.getOwnPropertyDescriptor(crypto.subtle, name)] as const,
  );
  for (const [name, value] of Object.entries(sequential))
    Object.defineProperty(crypto.subtle, name, { value, configurable: true });
  return () => {
    for (const [name, own] of before) {
      if (own === undefined) Reflect.deleteProperty(crypto.subtle, name);
      else Object.defineProperty(crypto.subtle, name, own);
    }
  };
}
