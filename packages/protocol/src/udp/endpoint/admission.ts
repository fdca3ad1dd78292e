/** What a server does for addresses it knows nothing of: one answer each, and nothing kept [ADMIT-1] to [ADMIT-5]. */
import type { Random } from '../../environment.ts';
import type { Outgoing } from '../connection/assembly.ts';
import type { PathKey } from '../connection/paths.ts';
import { DATAGRAM_MAX_BYTES, RESET_BYTES } from '../constants.ts';
import { resetDatagram } from '../crypto/reset.ts';
import { RetryTokens, sealRetry } from '../crypto/token.ts';
import type { CryptoEngine } from '../engines.ts';
import { ByteReader } from '../wire/bytes.ts';
import { type ConnectionId, type HandshakePacket, type Packet, writeVersions } from '../wire/packet.ts';
import type { UdpCounters } from './counters.ts';

/** Answers that wait for the next transmit; further ones are not given. */
const ANSWERS_WAITING_MAX = 4_096;
/** [RESET-1] */
const RESETS_PER_SECOND = 1_000;

export interface AdmissionOptions {
  crypto: CryptoEngine;
  random: Random;
  resetKey: Uint8Array;
  versions: readonly number[];
  now: number;
  counters: UdpCounters;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #tokens: RetryTokens;
  #answers: Outgoing[] = [];
  #resets = { since: 0, sent: 0 };

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#tokens = new RetryTokens(options.crypto, options.random, options.now);
  }

  get waiting(): boolean {
    return this.#answers.length > 0;
  }

  takeAnswers(): Outgoing[] {
    const answers = this.#answers;
    this.#answers = [];
    return answers;
  }

  /** How long ago the address was asked to prove itself, if `packet` proves it; else undefined. */
  provenAfterMs(now: number, packet: HandshakePacket, path: PathKey): number | undefined {
    if (!this.#tokens.valid(now, packet.token, path, packet.to)) return undefined;
    return now - new ByteReader(packet.token, TOKEN_TIME_OFFSET).u48();
  }

  /** Answers a packet that leads to no connection. */
  answer(now: number, datagram: Uint8Array, packet: Packet, path: PathKey): void {
    const { crypto, random, resetKey, versions, counters } = this.#options;
    const whole = datagram.length >= DATAGRAM_MAX_BYTES;
    switch (packet.kind) {
      case 'handshake': {
        if (!whole) break;
        const token = this.#tokens.mint(now, path, packet.to);
        const header = { version: packet.version, to: packet.from, from: packet.to, token };
        counters.retries += 1;
        this.#say(sealRetry(crypto, { ...header, firstId: packet.to }), path);
        return;
      }
      case 'foreign':
        if (!whole) break;
        this.#say(writeVersions(packet.from, packet.to, versions), path);
        return;
      case 'short':
        if (datagram.length <= RESET_BYTES || !this.#mayReset(now)) break;
        counters.resets += 1;
        this.#say(resetDatagram(crypto, random, resetKey, packet.to), path);
        return;
      case 'retry':
      case 'versions':
        break;
    }
    counters.dropped += 1;
  }

  #say(datagram: Uint8Array, path: PathKey): void {
    if (this.#answers.length < ANSWERS_WAITING_MAX) this.#answers.push({ datagram, path });
  }

  #mayReset(now: number): boolean {
    if (now >= this.#resets.since + 1_000) this.#resets = { since: now, sent: 0 };
    this.#resets.sent += 1;
    return this.#resets.sent <= RESETS_PER_SECOND;
  }
}

/** After the key's id [ADMIT-2]. */
const TOKEN_TIME_OFFSET = 1;

/** IDs as they come from randomness. */
export function randomId(random: Random): ConnectionId {
  return new ByteReader(random.bytes(8)).u64() as ConnectionId;
}
