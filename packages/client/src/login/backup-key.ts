/**
 * The account's backup key: random, sealed under what OPAQUE gives to whoever knows the password (its export key), so that
 * the server keeps it and cannot open it [BACKUP-1]. WebCrypto only.
 */
export const BACKUP_KEY_BYTES = 32;

const SEAL_VERSION = 1;
const NONCE_BYTES = 12;
const LABEL = new TextEncoder().encode('sotto/1 backup key');

export const newBackupKey = (): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(BACKUP_KEY_BYTES));

/** A version byte, the nonce, and the key encrypted by AES-256-GCM. */
export async function sealBackupKey(
  backupKey: Uint8Array,
  exportKey: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const key = await sealingKey(exportKey, 'encrypt');
  const sealed = await crypto.subtle.encrypt(cipher(nonce), key, Uint8Array.from(backupKey));
  return Uint8Array.from([SEAL_VERSION, ...nonce, ...new Uint8Array(sealed)]);
}

/** undefined where it is not what `sealBackupKey` made with this export key. */
export async function openBackupKey(
  sealed: Uint8Array,
  exportKey: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (sealed[0] !== SEAL_VERSION) return undefined;
  const nonce = Uint8Array.from(sealed.subarray(1, 1 + NONCE_BYTES));
  const body = Uint8Array.from(sealed.subarray(1 + NONCE_BYTES));
  try {
    const key = await sealingKey(exportKey, 'decrypt');
    const opened = new Uint8Array(await crypto.subtle.decrypt(cipher(nonce), key, body));
    return opened.length === BACKUP_KEY_BYTES ? opened : undefined;
  } catch {
    return undefined;
  }
}

const cipher = (iv: Uint8Array<ArrayBuffer>) => ({ name: 'AES-GCM', iv, additionalData: LABEL });

async function sealingKey(exportKey: Uint8Array, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey('raw', Uint8Array.from(exportKey), 'HKDF', false, [
    'deriveKey',
  ]);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: LABEL };
  return crypto.subtle.deriveKey(hkdf, secret, { name: 'AES-GCM', length: 256 }, false, [use]);
}
