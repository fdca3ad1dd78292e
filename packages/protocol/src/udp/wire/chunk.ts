import { CLOSE_REASON_MAX_BYTES, CONNECTION_ID_BYTES, RESET_TOKEN_BYTES } from '../constants.ts';
import { CloseCode, malformed, UdpFault } from '../fault.ts';
import { type AckRange, ackBytes, readAck, writeAck } from './ack.ts';
import { ByteReader, type ByteWriter, varintBytes } from './bytes.ts';
import type { ConnectionId, Role, Space } from './packet.ts';

export type { AckRange } from './ack.ts';

/** What packets are made of. Where there are bytes, reading gives views into the packet. */
export type Chunk =
  /** A run of padding chunks, at least one. */
  | { kind: 'padding'; length: number }
  | { kind: 'ping' }
  /** At least one range and at most ACK_RANGES_MAX, from the greatest down, at least one number between them. */
  | { kind: 'ack'; ranges: AckRange[]; delayMs: number }
  | { kind: 'crypto'; offset: number; bytes: Uint8Array }
  | { kind: 'lane'; lane: number; offset: number; bytes: Uint8Array }
  | { kind: 'datagram'; frame: Uint8Array }
  | { kind: 'credit'; limit: number }
  | { kind: 'laneCredit'; lane: number; limit: number }
  | { kind: 'newId'; sequence: number; retirePriorTo: number; id: ConnectionId; resetToken: Uint8Array }
  | { kind: 'retireId'; sequence: number }
  | { kind: 'challenge'; data: bigint }
  | { kind: 'response'; data: bigint }
  /** The reason is cut at CLOSE_REASON_MAX_BYTES. */
  | { kind: 'close'; code: number; reason: string }
  | { kind: 'confirmed' };

export type ChunkKind = Chunk['kind'];
type ChunkOf<Kind extends ChunkKind> = Extract<Chunk, { kind: Kind }>;

/** How a chunk looks after the byte that says its kind. */
interface Codec<C extends Chunk> {
  read(reader: ByteReader): C;
  write(writer: ByteWriter, chunk: C): void;
  bytes(chunk: C): number;
}

/** In the order of the kinds' codes, from 0. */
const CODECS: { readonly [Kind in ChunkKind]: Codec<ChunkOf<Kind>> } = {
  padding: {
    read: (reader) => ({ kind: 'padding', length: 1 + reader.skipZeros() }),
    write: (writer, { length }) => writer.zeros(length - 1),
    bytes: ({ length }) => length - 1,
  },
  ping: { read: () => ({ kind: 'ping' }), write: () => {}, bytes: () => 0 },
  ack: {
    read: (reader) => ({ kind: 'ack', ...readAck(reader) }),
    write: (writer, { ranges, delayMs }) => writeAck(writer, ranges, delayMs),
    bytes: ({ ranges, delayMs }) => ackBytes(ranges, delayMs),
  },
  crypto: {
    read: (reader) => ({ kind: 'crypto', ...readSpan(reader) }),
    write: (writer, { offset, bytes }) => writeSpan(writer, offset, bytes),
    bytes: ({ offset, bytes }) => spanBytes(offset, bytes.length) + bytes.length,
  },
  lane: {
    read: (reader) => ({ kind: 'lane', lane: reader.u8(), ...readSpan(reader) }),
    write: (writer, { lane, offset, bytes }) => {
      writer.u8(lane);
      writeSpan(writer, offset, bytes);
    },
    bytes: ({ offset, bytes }) => 1 + spanBytes(offset, bytes.length) + bytes.length,
  },
  datagram: {
    read: (reader) => ({ kind: 'datagram', frame: reader.bytes(reader.varint()) }),
    write: (writer, { frame }) => writeBytes(writer, frame),
    bytes: ({ frame }) => varintBytes(frame.length) + frame.length,
  },
  credit: {
    read: (reader) => ({ kind: 'credit', limit: reader.varint() }),
    write: (writer, { limit }) => writer.varint(limit),
    bytes: ({ limit }) => varintBytes(limit),
  },
  laneCredit: {
    read: (reader) => ({ kind: 'laneCredit', lane: reader.u8(), limit: reader.varint() }),
    write: (writer, { lane, limit }) => {
      writer.u8(lane);
      writer.varint(limit);
    },
    bytes: ({ limit }) => 1 + varintBytes(limit),
  },
  newId: {
    read: readNewId,
    write: (writer, { sequence, retirePriorTo, id, resetToken }) => {
      writer.varint(sequence);
      writer.varint(retirePriorTo);
      writer.u64(id);
      writer.bytes(resetToken);
    },
    bytes: ({ sequence, retirePriorTo }) =>
      varintBytes(sequence) + varintBytes(retirePriorTo) + CONNECTION_ID_BYTES + RESET_TOKEN_BYTES,
  },
  retireId: {
    read: (reader) => ({ kind: 'retireId', sequence: reader.varint() }),
    write: (writer, { sequence }) => writer.varint(sequence),
    bytes: ({ sequence }) => varintBytes(sequence),
  },
  challenge: {
    read: (reader) => ({ kind: 'challenge', data: reader.u64() }),
    write: (writer, { data }) => writer.u64(data),
    bytes: () => 8,
  },
  response: {
    read: (reader) => ({ kind: 'response', data: reader.u64() }),
    write: (writer, { data }) => writer.u64(data),
    bytes: () => 8,
  },
  close: {
    read: (reader) => ({ kind: 'close', code: reader.varint(), reason: readReason(reader) }),
    write: (writer, { code, reason }) => {
      writer.varint(code);
      writeBytes(writer, reasonBytes(reason));
    },
    bytes: ({ code, reason }) => {
      const { length } = reasonBytes(reason);
      return varintBytes(code) + varintBytes(length) + length;
    },
  },
  confirmed: { read: () => ({ kind: 'confirmed' }), write: () => {}, bytes: () => 0 },
};

const KINDS = Object.keys(CODECS) as ChunkKind[];
const CODES = new Map(KINDS.map((kind, code) => [kind, code]));
const IN_HANDSHAKE: readonly ChunkKind[] = ['padding', 'ping', 'ack', 'crypto', 'close'];

/** [CHUNK-3] */
export const elicits = (chunk: Chunk): boolean =>
  chunk.kind !== 'padding' && chunk.kind !== 'ack' && chunk.kind !== 'close';

/**
 * All chunks of an opened packet, or UdpFault: `malformed` [CHUNK-2], or `violation` where the space or the sender may
 * not use the kind [CHUNK-1].
 */
export function readChunks(payload: Uint8Array, space: Space, sender: Role): Chunk[] {
  if (payload.length === 0) throw malformed('a packet without chunks');
  const reader = new ByteReader(payload);
  const chunks: Chunk[] = [];
  while (reader.remaining > 0) {
    const code = reader.u8();
    const kind = KINDS[code];
    if (kind === undefined) throw malformed(`no chunk has the code ${code}`);
    if (!mayHold(space, sender, kind)) {
      throw new UdpFault(CloseCode.violation, `${kind} in a ${space} packet of the ${sender}`);
    }
    chunks.push(CODECS[kind].read(reader));
  }
  return chunks;
}

const mayHold = (space: Space, sender: Role, kind: ChunkKind): boolean =>
  space === 'handshake'
    ? IN_HANDSHAKE.includes(kind)
    : sender === 'server' || (kind !== 'confirmed' && kind !== 'crypto');

/** `writer` must have `chunkBytes(chunk)` of room. */
export function writeChunk(writer: ByteWriter, chunk: Chunk): void {
  writer.u8(codeOf(chunk.kind));
  const codec: Codec<Chunk> = CODECS[chunk.kind];
  codec.write(writer, chunk);
}

export function chunkBytes(chunk: Chunk): number {
  const codec: Codec<Chunk> = CODECS[chunk.kind];
  return 1 + codec.bytes(chunk);
}

/** A lane chunk but for its `length` bytes, which the caller writes next. */
export function writeLaneHeader(writer: ByteWriter, lane: number, offset: number, length: number): void {
  writer.u8(codeOf('lane'));
  writer.u8(lane);
  writer.varint(offset);
  writer.varint(length);
}

/** What a lane chunk has beside its `length` bytes. */
export const laneChunkOverhead = (offset: number, length: number): number => 2 + spanBytes(offset, length);
export const cryptoChunkOverhead = (offset: number, length: number): number => 1 + spanBytes(offset, length);

const codeOf = (kind: ChunkKind): number => CODES.get(kind) ?? 0;

function readSpan(reader: ByteReader): { offset: number; bytes: Uint8Array } {
  const offset = reader.varint();
  const bytes = reader.bytes(reader.varint());
  if (offset + bytes.length > Number.MAX_SAFE_INTEGER) throw malformed('bytes beyond 2^53-1');
  return { offset, bytes };
}

function writeSpan(writer: ByteWriter, offset: number, bytes: Uint8Array): void {
  writer.varint(offset);
  writeBytes(writer, bytes);
}

const spanBytes = (offset: number, length: number): number => varintBytes(offset) + varintBytes(length);

function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.varint(bytes.length);
  writer.bytes(bytes);
}

function readNewId(reader: ByteReader): ChunkOf<'newId'> {
  const sequence = reader.varint();
  const retirePriorTo = reader.varint();
  if (retirePriorTo > sequence) throw malformed('a new ID that retires itself');
  const id = reader.u64() as ConnectionId;
  return { kind: 'newId', sequence, retirePriorTo, id, resetToken: reader.bytes(RESET_TOKEN_BYTES) };
}

function readReason(reader: ByteReader): string {
  const length = reader.varint();
  if (length > CLOSE_REASON_MAX_BYTES) throw malformed('a reason that is too long');
  const bytes = reader.bytes(length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('a reason that is not UTF-8');
  }
}

/** As much of it as fits, in whole characters. */
function reasonBytes(reason: string): Uint8Array {
  const room = new Uint8Array(CLOSE_REASON_MAX_BYTES);
  return room.subarray(0, new TextEncoder().encodeInto(reason, room).written);
}
