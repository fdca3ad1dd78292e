/** What tests of other packages need of the inside: to read what is on the wire, and to send what no honest peer would. */
export { HandshakeProtection, type Opened, Protection } from '../crypto/protection.ts';
export { ByteReader, ByteWriter } from '../wire/bytes.ts';
export { type Chunk, chunkBytes, readChunks, writeChunk } from '../wire/chunk.ts';
export {
  type ConnectionId,
  type HandshakePacket,
  type Packet,
  parsePacket,
  type Role,
  type Space,
  writeVersions,
} from '../wire/packet.ts';
export { decodeParameters, encodeParameters, type Parameters } from '../wire/parameters.ts';
