/** Sealing and opening one packet: RFC 9001 sections 5.3 and 5.4 [PACKET-3]. */
import { TAG_BYTES } from '../constants.ts';
import {
  LONG_FLAG,
  LONG_MASKED_FLAGS,
  NUMBER_LENGTH_FLAGS,
  numberLength,
  restoreNumber,
  SAMPLE_BYTES,
  SAMPLE_OFFSET_BYTES,
  SHORT_MASKED_FLAGS,
} from '../wire/packet.ts';
import { NONCE_BYTES, type PacketKeys, writeNonce } from './keys.ts';

/** Used within one call only. */
const nonce = new Uint8Array(NONCE_BYTES);

/** A number used twice under one key would give both packets away: a defect, never the peer's doing [PACKET-2]. */
export function checkNumber(number: number, last: number): void {
  if (number <= last || !Number.isSafeInteger(number))
    throw new Error(`packet number ${number} after ${last}`);
}

/** A datagram. `header` has its packet number still to come; chunks too short for a sample are padded. */
export function sealPacket(
  keys: PacketKeys,
  header: Uint8Array,
  number: number,
  largestAcked: number,
  chunks: Uint8Array,
): Uint8Array {
  const length = numberLength(number, largestAcked);
  const plaintext = padded(chunks, SAMPLE_OFFSET_BYTES - length);
  const sealedAt = header.length + length;
  const datagram = new Uint8Array(sealedAt + plaintext.length + TAG_BYTES);
  datagram.set(header);
  datagram[0] = (datagram[0] ?? 0) | (length - 1);
  for (let index = 0; index < length; index++) {
    datagram[sealedAt - 1 - index] = Math.floor(number / 2 ** (8 * index));
  }
  writeNonce(nonce, keys.iv, number);
  datagram.set(keys.aead.seal(nonce, datagram.subarray(0, sealedAt), plaintext), sealedAt);
  applyMask(datagram, maskAt(keys, datagram, header.length), header.length, length);
  return datagram;
}

function padded(chunks: Uint8Array, least: number): Uint8Array {
  if (chunks.length >= least && chunks.length > 0) return chunks;
  const longer = new Uint8Array(Math.max(1, least));
  longer.set(chunks);
  return longer;
}

function maskAt(keys: PacketKeys, datagram: Uint8Array, numberOffset: number): Uint8Array {
  const sampleAt = numberOffset + SAMPLE_OFFSET_BYTES;
  return keys.mask(datagram.subarray(sampleAt, sampleAt + SAMPLE_BYTES));
}

const maskedFlags = (flags: number): number =>
  (flags & LONG_FLAG) === 0 ? SHORT_MASKED_FLAGS : LONG_MASKED_FLAGS;

/** Puts the mask on or takes it off; `length` is that of the packet number. */
function applyMask(bytes: Uint8Array, mask: Uint8Array, numberOffset: number, length: number): void {
  const flags = bytes[0] ?? 0;
  bytes[0] = flags ^ ((mask[0] ?? 0) & maskedFlags(flags));
  for (let index = 0; index < length; index++) {
    const at = numberOffset + index;
    bytes[at] = (bytes[at] ?? 0) ^ (mask[1 + index] ?? 0);
  }
}

/** A packet whose mask is off and that is not open yet. */
export interface Unmasked {
  readonly flags: number;
  readonly number: number;
  /** What the tag covers beside the chunks: the header with the packet number, unmasked. In memory of its own. */
  readonly header: Uint8Array;
  readonly sealed: Uint8Array;
}

/** `datagram` must hold the sample, which `parsePacket` makes sure of; it is not changed. */
export function unmask(
  keys: PacketKeys,
  datagram: Uint8Array,
  numberOffset: number,
  largest: number,
): Unmasked {
  const mask = maskAt(keys, datagram, numberOffset);
  const first = datagram[0] ?? 0;
  const flags = first ^ ((mask[0] ?? 0) & maskedFlags(first));
  const length = 1 + (flags & NUMBER_LENGTH_FLAGS);
  const header = new Uint8Array(numberOffset + length);
  header.set(datagram.subarray(0, numberOffset + length));
  applyMask(header, mask, numberOffset, length);
  let truncated = 0;
  for (let at = numberOffset; at < header.length; at++) truncated = truncated * 256 + (header[at] ?? 0);
  const number = restoreNumber(truncated, length, largest);
  return { flags, number, header, sealed: datagram.subarray(header.length) };
}

export function openPacket(keys: PacketKeys, packet: Unmasked): Uint8Array | undefined {
  writeNonce(nonce, keys.iv, packet.number);
  return keys.aead.open(nonce, packet.header, packet.sealed);
}
