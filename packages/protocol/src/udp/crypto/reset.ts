import type { Random } from '../../environment.ts';
import { RESET_BYTES, RESET_TOKEN_BYTES } from '../constants.ts';
import type { CryptoEngine } from '../engines.ts';
import { type ConnectionId, connectionIdBytes, FIXED_FLAG, SHORT_MASKED_FLAGS } from '../wire/packet.ts';
import { hkdfExpandLabel, hkdfExtract } from './keys.ts';

const KEY_BYTES = 32;

/** [RESET-2] `secret` is the server's private key in a form that is the same at every start. */
export function resetKey(engine: CryptoEngine, secret: Uint8Array): Uint8Array {
  const extracted = hkdfExtract(engine, new Uint8Array(0), secret);
  return hkdfExpandLabel(engine, extracted, 'sotto reset', KEY_BYTES);
}

/** [RESET-1] */
export const resetToken = (engine: CryptoEngine, key: Uint8Array, id: ConnectionId): Uint8Array =>
  engine.hmacSha256(key, connectionIdBytes(id)).slice(0, RESET_TOKEN_BYTES);

/** Looks like a short-header packet to whoever does not know the token [RESET-1]. */
export function resetDatagram(
  engine: CryptoEngine,
  random: Random,
  key: Uint8Array,
  id: ConnectionId,
): Uint8Array {
  const datagram = new Uint8Array(RESET_BYTES);
  datagram.set(random.bytes(RESET_BYTES - RESET_TOKEN_BYTES));
  datagram[0] = FIXED_FLAG | ((datagram[0] ?? 0) & SHORT_MASKED_FLAGS);
  datagram.set(resetToken(engine, key, id), RESET_BYTES - RESET_TOKEN_BYTES);
  return datagram;
}

/** Whether a datagram that did not open resets the connection [RESET-3]. How long it takes tells nothing of the tokens. */
export function endsInReset(
  engine: CryptoEngine,
  datagram: Uint8Array,
  tokens: Iterable<Uint8Array>,
): boolean {
  if (datagram.length < RESET_BYTES) return false;
  const end = datagram.subarray(datagram.length - RESET_TOKEN_BYTES);
  let isReset = false;
  for (const token of tokens) isReset = engine.equal(end, token) || isReset;
  return isReset;
}
