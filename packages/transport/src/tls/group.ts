/**
 * Which key exchange a TLS 1.3 server chose, read from its ServerHello, which travels in the open (RFC 8446 section 4.1.3):
 * Bun tells it of no socket over TCP.
 */

/** By their numbers at IANA; those that a server of ours may choose, and their nearest relatives. */
const NAMES: Readonly<Record<number, string>> = {
  23: 'secp256r1',
  24: 'secp384r1',
  25: 'secp521r1',
  29: 'X25519',
  30: 'X448',
  4587: 'SecP256r1MLKEM768',
  4588: 'X25519MLKEM768',
  4589: 'SecP384r1MLKEM1024',
};

const CHANGE_CIPHER_SPEC_RECORD = 20;
const HANDSHAKE_RECORD = 22;
const SERVER_HELLO = 2;
const KEY_SHARE = 51;
const RANDOM_BYTES = 32;
/** The random of a ServerHello that asks for another key share: SHA-256 of "HelloRetryRequest". */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** The name of the group in the first flight of a server, from its first byte on; empty where none can be read, or not yet. */
export function keyExchangeGroup(bytes: Uint8Array): string {
  try {
    for (const hello of serverHellos(handshakeBytes(bytes))) {
      const group = groupOf(hello);
      if (group !== undefined) return NAMES[group] ?? '';
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return '';
}

/** Keeps the beginning of what a server says until its group can be read. */
export class GroupReader {
  #flight: Uint8Array | undefined = new Uint8Array(0);
  #group = '';

  get group(): string {
    return this.#group;
  }

  /** What is kept until then. */
  get heldBytes(): number {
    return this.#flight?.length ?? 0;
  }

  push(bytes: Uint8Array): void {
    if (this.#flight === undefined) return;
    const flight = new Uint8Array(this.#flight.length + bytes.length);
    flight.set(this.#flight);
    flight.set(bytes, this.#flight.length);
    this.#group = keyExchangeGroup(flight);
    this.#flight = this.#group !== '' || flight.length > FLIGHT_MAX_BYTES ? undefined : flight;
  }
}

/** Of two ServerHellos there is nothing behind that. */
const FLIGHT_MAX_BYTES = 8 * 1024;

/** What the handshake records hold, up to the first that is sealed or cut short. Records: `type u8 | version u16 | length u16 | bytes`. */
function handshakeBytes(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts: Uint8Array[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const type = view.getUint8(at);
    const end = at + 5 + view.getUint16(at + 3);
    if (type === HANDSHAKE_RECORD) parts.push(bytes.subarray(at + 5, end));
    else if (type !== CHANGE_CIPHER_SPEC_RECORD) break;
    at = end;
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** The bodies of those that are there whole; nothing in the open comes between or before them. Messages: `type u8 | length u24 | body`. */
function* serverHellos(handshake: Uint8Array): Generator<DataView> {
  const view = new DataView(handshake.buffer);
  for (let at = 0; at + 4 <= handshake.length && view.getUint8(at) === SERVER_HELLO; ) {
    const length = view.getUint32(at) & 0xffffff;
    yield new DataView(handshake.buffer, at + 4, length);
    at += 4 + length;
  }
}

/** Undefined for one that asks for another key share. Throws RangeError beyond the end. */
function groupOf(hello: DataView): number | undefined {
  const random = Buffer.from(hello.buffer, hello.byteOffset + 2, RANDOM_BYTES);
  if (random.toString('hex') === RETRY_RANDOM) return undefined;
  const sessionIdAt = 2 + RANDOM_BYTES;
  const extensionsAt = sessionIdAt + 1 + hello.getUint8(sessionIdAt) + 3;
  const end = extensionsAt + 2 + hello.getUint16(extensionsAt);
  for (let at = extensionsAt + 2; at < end; at += 4 + hello.getUint16(at + 2))
    if (hello.getUint16(at) === KEY_SHARE) return hello.getUint16(at + 4);
  return undefined;
}
