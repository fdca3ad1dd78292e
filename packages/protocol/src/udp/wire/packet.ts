import {
  CONNECTION_ID_BYTES,
  DATAGRAM_MAX_BYTES,
  LONG_HEADER_BYTES,
  SHORT_HEADER_BYTES,
  TAG_BYTES,
  UDP_VERSIONS,
  VERSIONS_PACKET,
} from '../constants.ts';
import { malformed } from '../fault.ts';
import { ByteReader, ByteWriter, varintBytes } from './bytes.ts';

export type Role = 'client' | 'server';
/** Of packet numbers [PACKET-2]. */
export type Space = 'handshake' | 'connection';
/** 8 bytes, as one number. */
export type ConnectionId = bigint & { readonly brand: 'ConnectionId' };

/** What a datagram holds [PACKET-1], as far as it can be read without keys. */
export type Packet = HandshakePacket | RetryPacket | VersionsPacket | ForeignPacket | ShortPacket;

export interface HandshakePacket {
  kind: 'handshake';
  version: number;
  to: ConnectionId;
  from: ConnectionId;
  /** Empty before a retry. */
  token: Uint8Array;
  /** Where the masked packet number begins. */
  numberOffset: number;
}

export interface RetryPacket {
  kind: 'retry';
  version: number;
  to: ConnectionId;
  from: ConnectionId;
  token: Uint8Array;
  tag: Uint8Array;
}

export interface VersionsPacket {
  kind: 'versions';
  to: ConnectionId;
  from: ConnectionId;
  versions: number[];
}

/** A long header of a version not known here, whose packets may go on otherwise after the IDs [ADMIT-5]. */
export interface ForeignPacket {
  kind: 'foreign';
  version: number;
  to: ConnectionId;
  from: ConnectionId;
}

export interface ShortPacket {
  kind: 'short';
  to: ConnectionId;
  numberOffset: number;
}

/** Bits of the flags [PACKET-3] [PACKET-4]. */
export const LONG_FLAG = 0x80;
export const FIXED_FLAG = 0x40;
/** Type bits of a long header. */
const TYPE_SHIFT = 4;
const TYPE_MASK = 0x30;
const TYPE = { handshake: 0, retry: 1, versions: 2 } as const;
/** Always 0 in a short header, and not masked. */
const SHORT_SPARE_FLAG = 0x20;
export const LONG_MASKED_FLAGS = 0x0f;
export const SHORT_MASKED_FLAGS = 0x1f;
export const LONG_RESERVED_FLAGS = 0x0c;
export const SHORT_RESERVED_FLAGS = 0x18;
export const PHASE_FLAG = 0x04;
export const NUMBER_LENGTH_FLAGS = 0x03;

/** The sample for the mask starts this far after the start of the packet number (RFC 9001 section 5.4.2). */
export const SAMPLE_OFFSET_BYTES = 4;
export const SAMPLE_BYTES = 16;
export const NUMBER_MAX_BYTES = 4;
/** What a handshake packet has beyond its chunks and its token, at most. */
export const HANDSHAKE_OVERHEAD_MAX_BYTES = LONG_HEADER_BYTES + 2 + NUMBER_MAX_BYTES + TAG_BYTES;

/** Throws UdpFault on what is no packet; of masked flags it looks at none. The views share the datagram's memory. */
export function parsePacket(datagram: Uint8Array, known: readonly number[] = UDP_VERSIONS): Packet {
  if (datagram.length > DATAGRAM_MAX_BYTES) throw malformed('longer than a datagram may be');
  const reader = new ByteReader(datagram);
  const flags = reader.u8();
  if ((flags & FIXED_FLAG) === 0) throw malformed('the fixed bit is 0');
  if ((flags & LONG_FLAG) !== 0) return parseLong(datagram, reader, flags, known);
  if ((flags & SHORT_SPARE_FLAG) !== 0) throw malformed('a reserved bit is 1');
  const to = reader.u64() as ConnectionId;
  return { kind: 'short', to, numberOffset: sealedFrom(datagram, SHORT_HEADER_BYTES) };
}

function parseLong(
  datagram: Uint8Array,
  reader: ByteReader,
  flags: number,
  known: readonly number[],
): Packet {
  const version = reader.u32();
  const to = reader.u64() as ConnectionId;
  const from = reader.u64() as ConnectionId;
  if (version === VERSIONS_PACKET) {
    if (flags !== longFlags(TYPE.versions)) throw malformed('version 0 of another packet');
    return { kind: 'versions', to, from, versions: readVersions(reader) };
  }
  if (!known.includes(version)) return { kind: 'foreign', version, to, from };
  switch ((flags & TYPE_MASK) >> TYPE_SHIFT) {
    case TYPE.handshake: {
      const token = reader.bytes(reader.varint());
      return {
        kind: 'handshake',
        version,
        to,
        from,
        token,
        numberOffset: sealedFrom(datagram, reader.offset),
      };
    }
    case TYPE.retry: {
      if (flags !== longFlags(TYPE.retry)) throw malformed('a reserved bit is 1');
      if (reader.remaining <= TAG_BYTES) throw malformed('a retry without a token');
      const token = reader.bytes(reader.remaining - TAG_BYTES);
      return { kind: 'retry', version, to, from, token, tag: reader.bytes(TAG_BYTES) };
    }
    default:
      throw malformed('no such type of packet');
  }
}

/** The offset given, if enough follows for the sample [PACKET-3]. */
function sealedFrom(datagram: Uint8Array, numberOffset: number): number {
  if (datagram.length < numberOffset + SAMPLE_OFFSET_BYTES + SAMPLE_BYTES) throw malformed('it ends early');
  return numberOffset;
}

function readVersions(reader: ByteReader): number[] {
  const versions: number[] = [];
  do versions.push(reader.u32());
  while (reader.remaining > 0);
  return versions;
}

const longFlags = (type: number): number => LONG_FLAG | FIXED_FLAG | (type << TYPE_SHIFT);

export interface HandshakeHeader {
  version: number;
  to: ConnectionId;
  from: ConnectionId;
  token: Uint8Array;
}

/** The length of the packet number is put into the flags by whoever seals. */
export function writeHandshakeHeader(writer: ByteWriter, header: HandshakeHeader): void {
  writeLong(writer, TYPE.handshake, header.version, header.to, header.from);
  writer.varint(header.token.length);
  writer.bytes(header.token);
}

export const handshakeHeaderBytes = (header: HandshakeHeader): number =>
  LONG_HEADER_BYTES + varintBytes(header.token.length) + header.token.length;

/** Without its tag, which `sealRetry` adds. */
export function writeRetryHeader(writer: ByteWriter, header: HandshakeHeader): void {
  writeLong(writer, TYPE.retry, header.version, header.to, header.from);
  writer.bytes(header.token);
}

/** The whole datagram [ADMIT-5]. */
export function writeVersions(
  to: ConnectionId,
  from: ConnectionId,
  versions: readonly number[] = UDP_VERSIONS,
): Uint8Array {
  const writer = new ByteWriter(new Uint8Array(LONG_HEADER_BYTES + 4 * versions.length));
  writeLong(writer, TYPE.versions, VERSIONS_PACKET, to, from);
  for (const version of versions) writer.u32(version);
  return writer.written;
}

function writeLong(
  writer: ByteWriter,
  type: number,
  version: number,
  to: ConnectionId,
  from: ConnectionId,
): void {
  writer.u8(longFlags(type));
  writer.u32(version);
  writer.u64(to);
  writer.u64(from);
}

/** Bytes of a connection ID, for what hashes it. */
export function connectionIdBytes(id: ConnectionId): Uint8Array {
  const writer = new ByteWriter(new Uint8Array(CONNECTION_ID_BYTES));
  writer.u64(id);
  return writer.written;
}

/** How many bytes let the peer restore `number` (RFC 9000 appendix A.2); `largestAcked` is -1 before the first ack. */
export function numberLength(number: number, largestAcked: number): 1 | 2 | 3 | 4 {
  const unacked = number - largestAcked;
  if (unacked <= 2 ** 7) return 1;
  if (unacked <= 2 ** 15) return 2;
  return unacked <= 2 ** 23 ? 3 : 4;
}

/** The number nearest to the one after `largest` (-1: none yet) that ends in these bytes (RFC 9000 appendix A.3). */
export function restoreNumber(truncated: number, length: number, largest: number): number {
  const expected = largest + 1;
  const window = 2 ** (8 * length);
  const candidate = expected - (expected % window) + truncated;
  if (candidate <= expected - window / 2 && candidate < 2 ** 53 - window) return candidate + window;
  return candidate > expected + window / 2 && candidate >= window ? candidate - window : candidate;
}
