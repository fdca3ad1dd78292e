/** A device's key pair (Ed25519): its session's token is worth nothing without it. WebCrypto only. */
import type { DeviceSigner } from '../store.ts';
import { fromBase64Url } from './base64url.ts';

export interface DeviceKey extends DeviceSigner {
  /** PKCS #8; a secret. `importDeviceKey` reads it again. */
  export(): Promise<Uint8Array>;
}

const ALGORITHM = 'Ed25519';

export async function generateDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('this runtime made no Ed25519 key pair');
  return deviceKey(pair.privateKey);
}

/** Rejects with Error when `pkcs8` is no Ed25519 key. */
export async function importDeviceKey(pkcs8: Uint8Array): Promise<DeviceKey> {
  const bytes = Uint8Array.from(pkcs8);
  const key = await crypto.subtle.importKey('pkcs8', bytes, ALGORITHM, true, ['sign']).catch(() => {
    throw new Error('the stored device key is damaged; log in again with your password');
  });
  return deviceKey(key);
}

async function deviceKey(privateKey: CryptoKey): Promise<DeviceKey> {
  // A private key's JWK has its public half as `x` (RFC 8037): so one stored value is enough.
  const { x } = await crypto.subtle.exportKey('jwk', privateKey);
  if (x === undefined) throw new Error('this runtime does not tell the public half of an Ed25519 key');
  return {
    publicKey: fromBase64Url(x),
    sign: async (bytes) =>
      new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, Uint8Array.from(bytes))),
    export: async () => new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)),
  };
}
