import { nextSecret, type PacketKeys, packetKeys, updatedKeys } from '../crypto/keys.ts';
import { type KeyLimits, Protection } from '../crypto/protection.ts';
import { sealPacket, unmask } from '../crypto/seal.ts';
import { ByteWriter } from '../wire/bytes.ts';
import { type ConnectionId, PHASE_FLAG, type Role } from '../wire/packet.ts';
import { testCrypto } from './crypto.ts';

export const EXPORTED = Uint8Array.from({ length: 64 }, (_, index) => index);
export const TO = 0x0102030405060708n as ConnectionId;

/** Two ends of a connection. */
export const protections = (limits?: KeyLimits): { client: Protection; server: Protection } => ({
  client: new Protection(testCrypto, 'client', EXPORTED, limits),
  server: new Protection(testCrypto, 'server', EXPORTED, limits),
});

const secretOf = (role: Role): Uint8Array => (role === 'client' ? EXPORTED.slice(0, 32) : EXPORTED.slice(32));

/** What `role` seals with in a phase. */
function keysIn(role: Role, phase: number): PacketKeys {
  let secret = secretOf(role);
  let keys = packetKeys(testCrypto, secret);
  for (let index = 0; index < phase; index++) {
    secret = nextSecret(testCrypto, secret);
    keys = updatedKeys(testCrypto, secret, keys);
  }
  return keys;
}

/** A packet that a peer without manners could send: any phase, number and flags. */
export function unruly(
  role: Role,
  packet: { phase: number; number: number; flags?: number; largestAcked?: number },
): Uint8Array {
  const { phase, number, flags = 0, largestAcked = number - 1 } = packet;
  const writer = new ByteWriter(new Uint8Array(9));
  writer.u8(0x40 | flags | (phase % 2 === 0 ? 0 : PHASE_FLAG));
  writer.u64(TO);
  return sealPacket(keysIn(role, phase), writer.written, number, largestAcked, new Uint8Array([1, 1, 1, 1]));
}

/** The phase bit of a packet that `role` sealed. */
export const phaseOf = (role: Role, datagram: Uint8Array): 0 | 1 =>
  (unmask(keysIn(role, 0), datagram, 9, -1).flags & PHASE_FLAG) === 0 ? 0 : 1;
