import type { Random } from '../../environment.ts';
import {
  CONNECTION_ID_BYTES,
  LONG_HEADER_BYTES,
  RETRY_SEED,
  RETRY_TOKEN_BYTES,
  TAG_BYTES,
  TOKEN_KEY_LIFETIME_MS,
  TOKEN_LIFETIME_MS,
} from '../constants.ts';
import type { CryptoEngine } from '../engines.ts';
import { ByteReader, ByteWriter } from '../wire/bytes.ts';
import { type ConnectionId, type HandshakeHeader, writeRetryHeader } from '../wire/packet.ts';
import { NONCE_BYTES } from './keys.ts';

const KEY_BYTES = 32;
const MAC_BYTES = 16;
/** AES-128 [ADMIT-3]. */
const RETRY_KEY_BYTES = 16;
const EMPTY = new Uint8Array(0);

interface TokenKey {
  readonly id: number;
  readonly key: Uint8Array;
  readonly madeAt: number;
}

/** Proof that an address answers, without a state for it [ADMIT-2] [ADMIT-4]. */
export class RetryTokens {
  readonly #engine: CryptoEngine;
  readonly #random: Random;
  #current: TokenKey;
  #before: TokenKey | undefined;

  constructor(engine: CryptoEngine, random: Random, now: number) {
    this.#engine = engine;
    this.#random = random;
    this.#current = { id: 0, key: random.bytes(KEY_BYTES), madeAt: now };
  }

  /** `path` is the address and port in any form that is always the same for them. */
  mint(now: number, path: string, to: ConnectionId): Uint8Array {
    this.#rotate(now);
    const { id, key } = this.#current;
    const time = Math.floor(now);
    const writer = new ByteWriter(new Uint8Array(RETRY_TOKEN_BYTES));
    writer.u8(id);
    writer.u48(time);
    writer.bytes(this.#mac(key, id, time, path, to));
    return writer.written;
  }

  valid(now: number, token: Uint8Array, path: string, to: ConnectionId): boolean {
    if (token.length !== RETRY_TOKEN_BYTES) return false;
    this.#rotate(now);
    const reader = new ByteReader(token);
    const id = reader.u8();
    const time = reader.u48();
    const key = [this.#current, this.#before].find((candidate) => candidate?.id === id)?.key;
    if (key === undefined || time > now || now - time >= TOKEN_LIFETIME_MS) return false;
    return this.#engine.equal(reader.bytes(MAC_BYTES), this.#mac(key, id, time, path, to));
  }

  #rotate(now: number): void {
    const { id, madeAt } = this.#current;
    if (now - madeAt < TOKEN_KEY_LIFETIME_MS) return;
    this.#before = this.#current;
    this.#current = { id: (id + 1) % 256, key: this.#random.bytes(KEY_BYTES), madeAt: now };
  }

  #mac(key: Uint8Array, id: number, time: number, path: string, to: ConnectionId): Uint8Array {
    const address = new TextEncoder().encode(path);
    const writer = new ByteWriter(new Uint8Array(1 + 6 + 2 + address.length + CONNECTION_ID_BYTES));
    writer.u8(id);
    writer.u48(time);
    writer.u16(address.length);
    writer.bytes(address);
    writer.u64(to);
    return this.#engine.hmacSha256(key, writer.written).subarray(0, MAC_BYTES);
  }
}

export interface RetryHeader extends HandshakeHeader {
  /** `to id` of the client's packet that this answers. */
  firstId: ConnectionId;
}

/** The whole datagram of a retry [ADMIT-3]. */
export function sealRetry(engine: CryptoEngine, header: RetryHeader): Uint8Array {
  const datagram = new Uint8Array(LONG_HEADER_BYTES + header.token.length + TAG_BYTES);
  const writer = new ByteWriter(datagram);
  writeRetryHeader(writer, header);
  writer.bytes(retryTag(engine, writer.written, header.firstId));
  return datagram;
}

/** `datagram` is one that `parsePacket` found to be a `retry`; `firstId` is the ID that the client had sent to. */
export function retryIntact(engine: CryptoEngine, datagram: Uint8Array, firstId: ConnectionId): boolean {
  const end = datagram.length - TAG_BYTES;
  return engine.equal(datagram.subarray(end), retryTag(engine, datagram.subarray(0, end), firstId));
}

function retryTag(engine: CryptoEngine, retry: Uint8Array, firstId: ConnectionId): Uint8Array {
  const known = engine.sha256(new TextEncoder().encode(RETRY_SEED));
  const key = known.subarray(0, RETRY_KEY_BYTES);
  const nonce = known.subarray(RETRY_KEY_BYTES, RETRY_KEY_BYTES + NONCE_BYTES);
  const writer = new ByteWriter(new Uint8Array(CONNECTION_ID_BYTES + retry.length));
  writer.u64(firstId);
  writer.bytes(retry);
  return engine.aead(key).seal(nonce, writer.written, EMPTY);
}
