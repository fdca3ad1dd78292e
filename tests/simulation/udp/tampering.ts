import {
  type Chunk,
  type ConnectionId,
  HandshakeProtection,
  parsePacket,
  type Role,
} from '@sotto/protocol/testing';
import { nodeCrypto } from '@sotto/transport/udp/crypto';
import { chunkBytesOf, readHandshake } from './handmade.ts';
import type { Parcel } from './link.ts';

export interface Change {
  chunks?: (chunks: Chunk[]) => Chunk[];
  /** What the sender is said to be called. */
  from?: ConnectionId;
  to?: ConnectionId;
}

/**
 * Whoever is on the way has the keys of handshakes [SHAKE-1], and can change what is in them and seal it again. `sender` is whose
 * packet it is. Gives undefined for what is no handshake packet.
 */
export function changed(
  parcel: Parcel,
  sender: Role,
  first: ConnectionId,
  change: Change,
): Parcel | undefined {
  const packet = parsePacket(parcel.bytes);
  const read = readHandshake(sender === 'client' ? 'server' : 'client', first, parcel.bytes);
  if (packet.kind !== 'handshake' || read === undefined) return undefined;
  const { chunks, number } = read;
  const { version, token } = packet;
  const header = { version, to: change.to ?? packet.to, from: change.from ?? packet.from, token };
  const bytes = new HandshakeProtection(nodeCrypto, sender, first).seal(
    header,
    number,
    -1,
    chunkBytesOf(change.chunks?.(chunks) ?? chunks),
  );
  return { ...parcel, bytes };
}

/** Replaces a byte of the crypto lane at `offset`. */
export const byteOfLane =
  (offset: number, value: (byte: number) => number) =>
  (chunks: Chunk[]): Chunk[] =>
    chunks.map((chunk) => {
      if (chunk.kind !== 'crypto' || offset < chunk.offset || offset >= chunk.offset + chunk.bytes.length)
        return chunk;
      const bytes = chunk.bytes.slice();
      bytes[offset - chunk.offset] = value(bytes[offset - chunk.offset] ?? 0);
      return { ...chunk, bytes };
    });
