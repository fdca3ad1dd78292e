/**
 * The device's key in a browser: WebCrypto keeps it and signs with it, and gives it to no script, so that what a script of
 * somebody else's might read from a profile is worth nothing elsewhere [STORE-9].
 */
import { fromBase64Url } from '../login/base64url.ts';
import type { DeviceSigner } from '../store.ts';

const ALGORITHM = 'Ed25519';

/** As IndexedDB keeps it: keys that cannot be read can be stored. */
export interface StoredKey {
  privateKey: CryptoKey;
  publicKey: Uint8Array;
}

export async function makeKey(): Promise<StoredKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('this browser made no Ed25519 key pair');
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { privateKey: pair.privateKey, publicKey };
}

/** Of a profile of an older version, which kept the key's bytes. */
export async function hideKey(pkcs8: Uint8Array): Promise<StoredKey> {
  const bytes = Uint8Array.from(pkcs8);
  const readable = await crypto.subtle.importKey('pkcs8', bytes, ALGORITHM, true, ['sign']);
  const { x = '' } = await crypto.subtle.exportKey('jwk', readable);
  const privateKey = await crypto.subtle.importKey('pkcs8', bytes, ALGORITHM, false, ['sign']);
  return { privateKey, publicKey: fromBase64Url(x) };
}

export const signerOf = ({ privateKey, publicKey }: StoredKey): DeviceSigner => ({
  publicKey,
  sign: async (bytes) =>
    new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, Uint8Array.from(bytes))),
});
