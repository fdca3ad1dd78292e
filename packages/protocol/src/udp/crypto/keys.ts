import { HANDSHAKE_SALT_SEED } from '../constants.ts';
import type { Aead, CryptoEngine } from '../engines.ts';
import { ByteWriter } from '../wire/bytes.ts';
import { type ConnectionId, connectionIdBytes } from '../wire/packet.ts';

const HASH_BYTES = 32;
const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const SECRET_BYTES = 32;
/** Before every label of TLS 1.3 (RFC 8446 section 7.1). */
const LABEL_PREFIX = 'tls13 ';

/** What seals, or opens, the packets of one direction. */
export interface PacketKeys {
  readonly aead: Aead;
  /** Nonce base (RFC 9001 section 5.3). */
  readonly iv: Uint8Array;
  /** Of a sample of 16 bytes (RFC 9001 section 5.4.3); valid until the next call. */
  readonly mask: (sample: Uint8Array) => Uint8Array;
}

/** RFC 5869 section 2.2. */
export const hkdfExtract = (engine: CryptoEngine, salt: Uint8Array, secret: Uint8Array): Uint8Array =>
  engine.hmacSha256(salt, secret);

/** RFC 8446 section 7.1, with an empty context. */
export function hkdfExpandLabel(
  engine: CryptoEngine,
  secret: Uint8Array,
  label: string,
  length: number,
): Uint8Array {
  const name = ascii(LABEL_PREFIX + label);
  const info = new ByteWriter(new Uint8Array(2 + 1 + name.length + 1));
  info.u16(length);
  info.u8(name.length);
  info.bytes(name);
  info.u8(0);
  return hkdfExpand(engine, secret, info.written, length);
}

/** RFC 5869 section 2.3. */
function hkdfExpand(engine: CryptoEngine, secret: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let block = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < length; offset += HASH_BYTES, counter++) {
    const input = new ByteWriter(new Uint8Array(block.length + info.length + 1));
    input.bytes(block);
    input.bytes(info);
    input.u8(counter);
    block = new Uint8Array(engine.hmacSha256(secret, input.written));
    output.set(block.subarray(0, Math.min(HASH_BYTES, length - offset)), offset);
  }
  return output;
}

/** [SHAKE-6] */
export function packetKeys(engine: CryptoEngine, secret: Uint8Array): PacketKeys {
  return {
    ...sealingKeys(engine, secret),
    mask: engine.block(hkdfExpandLabel(engine, secret, 'sotto hp', KEY_BYTES)),
  };
}

/** Keys of the next phase: their mask is that of the first one [KEYS-2]. */
export function updatedKeys(engine: CryptoEngine, secret: Uint8Array, before: PacketKeys): PacketKeys {
  return { ...sealingKeys(engine, secret), mask: before.mask };
}

function sealingKeys(engine: CryptoEngine, secret: Uint8Array): Pick<PacketKeys, 'aead' | 'iv'> {
  return {
    aead: engine.aead(hkdfExpandLabel(engine, secret, 'sotto key', KEY_BYTES)),
    iv: hkdfExpandLabel(engine, secret, 'sotto iv', NONCE_BYTES),
  };
}

/** [KEYS-2] */
export const nextSecret = (engine: CryptoEngine, secret: Uint8Array): Uint8Array =>
  hkdfExpandLabel(engine, secret, 'sotto ku', SECRET_BYTES);

/** [SHAKE-1] `firstId` is the `to id` of the client's first packet. */
export function handshakeKeys(
  engine: CryptoEngine,
  firstId: ConnectionId,
): { client: PacketKeys; server: PacketKeys } {
  const salt = engine.sha256(ascii(HANDSHAKE_SALT_SEED));
  const initial = hkdfExtract(engine, salt, connectionIdBytes(firstId));
  return {
    client: packetKeys(engine, hkdfExpandLabel(engine, initial, 'client in', SECRET_BYTES)),
    server: packetKeys(engine, hkdfExpandLabel(engine, initial, 'server in', SECRET_BYTES)),
  };
}

export interface KeysContext {
  version: number;
  firstId: ConnectionId;
  clientId: ConnectionId;
  serverId: ConnectionId;
  /** Encoded, without the length before them. */
  clientParameters: Uint8Array;
  serverParameters: Uint8Array;
}

/** The context of the TLS exporter [SHAKE-5]. */
export function keysContext(engine: CryptoEngine, context: KeysContext): Uint8Array {
  const { clientParameters, serverParameters } = context;
  const length = 4 + 3 * 8 + 2 + clientParameters.length + 2 + serverParameters.length;
  const writer = new ByteWriter(new Uint8Array(length));
  writer.u32(context.version);
  writer.u64(context.firstId);
  writer.u64(context.clientId);
  writer.u64(context.serverId);
  for (const parameters of [clientParameters, serverParameters]) {
    writer.u16(parameters.length);
    writer.bytes(parameters);
  }
  return engine.sha256(writer.written);
}

/** `iv` with the packet number in its last bytes (RFC 9001 section 5.3), written into `nonce`. */
export function writeNonce(nonce: Uint8Array, iv: Uint8Array, number: number): void {
  nonce.set(iv);
  const high = Math.floor(number / 2 ** 32);
  xorU32(nonce, NONCE_BYTES - 8, high);
  xorU32(nonce, NONCE_BYTES - 4, number >>> 0);
}

function xorU32(bytes: Uint8Array, at: number, n: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ (n >>> 24);
  bytes[at + 1] = (bytes[at + 1] ?? 0) ^ ((n >>> 16) & 0xff);
  bytes[at + 2] = (bytes[at + 2] ?? 0) ^ ((n >>> 8) & 0xff);
  bytes[at + 3] = (bytes[at + 3] ?? 0) ^ (n & 0xff);
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
