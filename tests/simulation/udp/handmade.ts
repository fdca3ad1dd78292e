import {
  ByteWriter,
  type Chunk,
  type ConnectionId,
  HandshakeProtection,
  Protection,
  parsePacket,
  type Role,
  readChunks,
  writeChunk,
} from '@sotto/protocol/testing';
import { nodeCrypto } from '@sotto/transport/udp/crypto';

const FOR_EVER_MS = 3_600_000;
const CHUNKS_MAX_BYTES = 2_048;

export function chunkBytesOf(chunks: readonly Chunk[]): Uint8Array {
  const writer = new ByteWriter(new Uint8Array(CHUNKS_MAX_BYTES));
  for (const chunk of chunks) writeChunk(writer, chunk);
  return writer.written.slice();
}

/** One side's keys in the hands of a test: it reads what that side gets, and seals what no honest side would. */
export class Handmade {
  readonly protection: Protection;
  readonly #role: Role;
  #next: number;

  /** `exported`: the 64 bytes of SHAKE-5. `first`: number of its first packet, above all that the side has sent. */
  constructor(role: Role, exported: Uint8Array, first = 0) {
    this.#role = role;
    this.#next = first;
    this.protection = new Protection(nodeCrypto, role, exported);
  }

  /** The number of the newest packet sealed. */
  get last(): number {
    return this.#next - 1;
  }

  packet(to: ConnectionId, chunks: readonly Chunk[] | Uint8Array): Uint8Array {
    const bytes = chunks instanceof Uint8Array ? chunks : chunkBytesOf(chunks);
    return this.protection.seal(to, this.#next++, -1, bytes);
  }

  /** What a sealed packet for this side says; undefined when it is none. Each packet once. */
  read(now: number, datagram: Uint8Array): { number: number; chunks: Chunk[] } | undefined {
    const [flags = 0x80] = datagram;
    if (flags >= 0x80) return undefined;
    const opened = this.protection.open(now, datagram, FOR_EVER_MS);
    if (opened === undefined) return undefined;
    const sender = this.#role === 'client' ? 'server' : 'client';
    return { number: opened.number, chunks: readChunks(opened.chunks, 'connection', sender) };
  }
}

/** What a handshake packet says; undefined when it is none. `to`: the `to id` of the client's first packet. */
export function readHandshake(
  reader: Role,
  first: ConnectionId,
  datagram: Uint8Array,
): { number: number; chunks: Chunk[] } | undefined {
  const packet = parsePacket(datagram);
  if (packet.kind !== 'handshake') return undefined;
  const opened = new HandshakeProtection(nodeCrypto, reader, first).open(datagram, packet);
  if (opened === undefined) return undefined;
  const chunks = readChunks(opened.chunks, 'handshake', reader === 'client' ? 'server' : 'client');
  return { number: opened.number, chunks };
}

/** `to id` of a packet with a short header. */
export const idOf = (datagram: Uint8Array): ConnectionId =>
  new DataView(datagram.buffer, datagram.byteOffset).getBigUint64(1) as ConnectionId;
