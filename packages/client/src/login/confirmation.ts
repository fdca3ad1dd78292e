/** What a side shows to have the session key of an OPAQUE exchange, over this connection. */
import { type ClientChannel, proofBytes } from './steps.ts';

export const confirmationKey = (sessionKey: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', sessionKey, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);

export const confirm = async (key: CryptoKey, channel: ClientChannel): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign('HMAC', key, proofBytes('sotto/1 client', channel)));
