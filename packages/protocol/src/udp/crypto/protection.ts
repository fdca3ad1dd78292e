import {
  FORGED_MAX_PACKETS,
  KEY_UPDATE_PACKETS,
  SEALED_MAX_PACKETS,
  SHORT_HEADER_BYTES,
  TAG_BYTES,
} from '../constants.ts';
import type { CryptoEngine } from '../engines.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import { ByteWriter } from '../wire/bytes.ts';
import {
  type ConnectionId,
  FIXED_FLAG,
  NUMBER_MAX_BYTES,
  PHASE_FLAG,
  type Role,
  SHORT_RESERVED_FLAGS,
} from '../wire/packet.ts';
import type { Opened } from './handshake.ts';
import { nextSecret, type PacketKeys, packetKeys, SECRET_BYTES, updatedKeys } from './keys.ts';
import { ReplayWindow } from './replay.ts';
import { checkNumber, openPacket, sealPacket, type Unmasked, unmask } from './seal.ts';

export { HandshakeProtection, type Opened } from './handshake.ts';

/** What a short-header packet has beyond its chunks, at most. */
export const SEAL_OVERHEAD_MAX = SHORT_HEADER_BYTES + NUMBER_MAX_BYTES + TAG_BYTES;

/** Of those that one key may seal, what is kept for the close. */
export const CLOSING_PACKETS = 1_024;

export interface KeyLimits {
  /** [KEYS-2] */
  updateAfter: number;
  /** [KEYS-3] */
  sealedMax: number;
  forgedMax: number;
}

const LIMITS: KeyLimits = {
  updateAfter: KEY_UPDATE_PACKETS,
  sealedMax: SEALED_MAX_PACKETS,
  forgedMax: FORGED_MAX_PACKETS,
};

/** Keys of one direction in one phase, and the secret that the next ones come from. */
interface Phase {
  readonly index: number;
  readonly secret: Uint8Array;
  readonly keys: PacketKeys;
}

/** Packets in the connection's keys, their replay window and key updates [KEYS-1] to [KEYS-4]. */
export class Protection {
  readonly #engine: CryptoEngine;
  readonly #limits: KeyLimits;
  readonly #counters = { replayed: 0, forged: 0 };

  #sealing: Phase;
  #lastSealed = -1;
  /** In this phase. */
  #sealedPackets = 0;
  #firstOfSealing = 0;
  #sealingAcknowledged = false;
  #isSealingEnding = false;
  /** That of the last packet sealed: the next one has the same `to` nearly always. */
  readonly #header = new Uint8Array(SHORT_HEADER_BYTES);
  #headerTo: ConnectionId | undefined;

  /**
   * The phase of the peer's newest packets, and those around it. The next one is there before it is needed: making it
   * takes time, which would tell of the phase bit (RFC 9001 section 6.3).
   */
  #before: Phase | undefined;
  #beforeUntil = 0;
  #largestOfBefore = -1;
  #opening: Phase;
  #firstOfOpening = 0;
  #next: Phase;
  readonly #window = new ReplayWindow();

  /** `exported` are the 64 bytes of SHAKE-5. */
  constructor(engine: CryptoEngine, role: Role, exported: Uint8Array, limits: KeyLimits = LIMITS) {
    this.#engine = engine;
    this.#limits = limits;
    const client = exported.slice(0, SECRET_BYTES);
    const server = exported.slice(SECRET_BYTES, 2 * SECRET_BYTES);
    this.#sealing = firstPhase(engine, role === 'client' ? client : server);
    this.#opening = firstPhase(engine, role === 'client' ? server : client);
    this.#next = nextPhase(engine, this.#opening);
  }

  get counters(): Readonly<{ replayed: number; forged: number }> {
    return this.#counters;
  }

  /** Key updates so far, whoever began them. */
  get updates(): number {
    return this.#sealing.index;
  }

  /**
   * The whole datagram. Numbers must grow [PACKET-2]; chunks must leave SEAL_OVERHEAD_MAX of a datagram. Updates keys
   * when it is time. Throws UdpFault `keyLimit` once CLOSING_PACKETS are left, which are to say so, and after those
   * [KEYS-3].
   */
  seal(to: ConnectionId, number: number, largestAcked: number, chunks: Uint8Array): Uint8Array {
    checkNumber(number, this.#lastSealed);
    if (this.#sealedPackets >= this.#limits.updateAfter) this.updateNow();
    this.#checkSealed();
    if (this.#sealedPackets === 0) this.#firstOfSealing = number;
    this.#lastSealed = number;
    this.#sealedPackets++;
    return sealPacket(this.#sealing.keys, this.#headerFor(to), number, largestAcked, chunks);
  }

  /** Only the close is sealed from now on, and may use what is kept for it. */
  endSealing(): void {
    this.#isSealingEnding = true;
  }

  #checkSealed(): void {
    const left = this.#limits.sealedMax - this.#sealedPackets;
    if (left > CLOSING_PACKETS || (left > 0 && this.#isSealingEnding)) return;
    this.#isSealingEnding = true;
    throw keyLimit('too many packets sealed');
  }

  #headerFor(to: ConnectionId): Uint8Array {
    if (to !== this.#headerTo) new ByteWriter(this.#header, 1).u64(to);
    this.#headerTo = to;
    this.#header[0] = FIXED_FLAG | phaseBit(this.#sealing.index);
    return this.#header;
  }

  /** The peer has packet `number`: allows the next update [KEYS-2]. */
  acknowledged(number: number): void {
    if (this.#sealedPackets > 0 && number >= this.#firstOfSealing) this.#sealingAcknowledged = true;
  }

  /** Begins a key update and says so, unless the last one is not complete. */
  updateNow(): boolean {
    if (!this.#sealingAcknowledged || this.#sealing.index !== this.#opening.index) return false;
    this.#advanceSealing();
    return true;
  }

  #advanceSealing(): void {
    this.#sealing = nextPhase(this.#engine, this.#sealing);
    this.#sealedPackets = 0;
    this.#sealingAcknowledged = false;
    this.#isSealingEnding = false;
  }

  /**
   * `datagram` is one that `parsePacket` found to be `short`. Undefined when it is to be dropped: damaged, forged,
   * received before, or with reserved bits. Throws UdpFault `violation` [KEYS-4] or `keyLimit` [KEYS-3]. Keys before
   * an update open packets for `keepOldKeysMs` from it.
   */
  open(now: number, datagram: Uint8Array, keepOldKeysMs: number): Opened | undefined {
    if (this.#before !== undefined && now >= this.#beforeUntil) this.#before = undefined;
    const packet = unmask(this.#opening.keys, datagram, SHORT_HEADER_BYTES, this.#window.largest);
    const phase = this.#phaseOf(packet);
    const chunks = openPacket(phase.keys, packet) ?? this.#refuse(packet, phase);
    if (chunks === undefined) return undefined;
    const { flags, number } = packet;
    if ((flags & SHORT_RESERVED_FLAGS) !== 0) return undefined;
    if (!this.#window.isNew(number)) {
      this.#counters.replayed++;
      return undefined;
    }
    this.#settlePhase(phase, number, now + keepOldKeysMs);
    this.#window.add(number);
    return { number, chunks };
  }

  /** RFC 9001 section 6.5: by the number where the bit alone does not tell. */
  #phaseOf({ flags, number }: Unmasked): Phase {
    if ((flags & PHASE_FLAG) === phaseBit(this.#opening.index)) return this.#opening;
    return this.#before !== undefined && number < this.#firstOfOpening ? this.#before : this.#next;
  }

  #refuse(packet: Unmasked, tried: Phase): undefined {
    if (tried === this.#next && this.#before !== undefined && openPacket(this.#before.keys, packet)) {
      throw violation('old keys after newer ones');
    }
    if (++this.#counters.forged >= this.#limits.forgedMax) throw keyLimit('too many packets forged');
  }

  #settlePhase(phase: Phase, number: number, until: number): void {
    if (phase === this.#before) {
      this.#largestOfBefore = Math.max(this.#largestOfBefore, number);
    } else if (phase === this.#next) {
      this.#advanceOpening(number, until);
    } else {
      this.#firstOfOpening = Math.min(this.#firstOfOpening, number);
      if (number < this.#largestOfBefore) throw violation('new keys before older ones');
    }
  }

  /** The peer's first packet of a new phase. */
  #advanceOpening(number: number, until: number): void {
    const isFollowing = this.#sealing.index > this.#opening.index;
    if (number < this.#window.largest) throw violation('new keys before older ones');
    // It cannot have had an ack of ours for the phase before: nothing was sent in it.
    if (!isFollowing && this.#sealedPackets === 0)
      throw violation('a key update before the last was acknowledged');
    this.#before = this.#opening;
    this.#beforeUntil = until;
    this.#largestOfBefore = this.#window.largest;
    this.#opening = this.#next;
    this.#firstOfOpening = number;
    this.#next = nextPhase(this.#engine, this.#opening);
    if (!isFollowing) this.#advanceSealing();
  }
}

const firstPhase = (engine: CryptoEngine, secret: Uint8Array): Phase => ({
  index: 0,
  secret,
  keys: packetKeys(engine, secret),
});

function nextPhase(engine: CryptoEngine, { index, secret, keys }: Phase): Phase {
  const next = nextSecret(engine, secret);
  return { index: index + 1, secret: next, keys: updatedKeys(engine, next, keys) };
}

const phaseBit = (index: number): number => (index % 2 === 0 ? 0 : PHASE_FLAG);
const violation = (message: string): UdpFault => new UdpFault(CloseCode.violation, message);
const keyLimit = (message: string): UdpFault => new UdpFault(CloseCode.keyLimit, message);
