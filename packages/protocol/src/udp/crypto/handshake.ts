import type { CryptoEngine } from '../engines.ts';
import { ByteWriter } from '../wire/bytes.ts';
import {
  type ConnectionId,
  type HandshakeHeader,
  type HandshakePacket,
  handshakeHeaderBytes,
  LONG_RESERVED_FLAGS,
  type Role,
  writeHandshakeHeader,
} from '../wire/packet.ts';
import { handshakeKeys, type PacketKeys } from './keys.ts';
import { ReplayWindow } from './replay.ts';
import { checkNumber, openPacket, sealPacket, unmask } from './seal.ts';

/** A packet that authenticated. */
export interface Opened {
  number: number;
  /** In memory of their own. */
  chunks: Uint8Array;
}

/** Packets before both ends have the connection's keys [SHAKE-1]: anybody can open and make them. */
export class HandshakeProtection {
  readonly #sealing: PacketKeys;
  readonly #opening: PacketKeys;
  readonly #window = new ReplayWindow();
  #lastSealed = -1;

  constructor(engine: CryptoEngine, role: Role, firstId: ConnectionId) {
    const { client, server } = handshakeKeys(engine, firstId);
    this.#sealing = role === 'client' ? client : server;
    this.#opening = role === 'client' ? server : client;
  }

  /** The whole datagram. Numbers must grow [PACKET-2]. */
  seal(header: HandshakeHeader, number: number, largestAcked: number, chunks: Uint8Array): Uint8Array {
    checkNumber(number, this.#lastSealed);
    this.#lastSealed = number;
    const writer = new ByteWriter(new Uint8Array(handshakeHeaderBytes(header)));
    writeHandshakeHeader(writer, header);
    return sealPacket(this.#sealing, writer.written, number, largestAcked, chunks);
  }

  /** Undefined when the packet is to be dropped: damaged, forged, received before, or with reserved bits. */
  open(datagram: Uint8Array, packet: HandshakePacket): Opened | undefined {
    const unmasked = unmask(this.#opening, datagram, packet.numberOffset, this.#window.largest);
    const chunks = openPacket(this.#opening, unmasked);
    const { flags, number } = unmasked;
    if (chunks === undefined || (flags & LONG_RESERVED_FLAGS) !== 0 || !this.#window.isNew(number)) {
      return undefined;
    }
    this.#window.add(number);
    return { number, chunks };
  }
}
