import { malformed } from '../fault.ts';

const U32 = 2 ** 32;

/** How many bytes `varint` takes for `n` (RFC 9000 section 16). */
export function varintBytes(n: number): 1 | 2 | 4 | 8 {
  if (n < 0x40) return 1;
  if (n < 0x4000) return 2;
  return n < 0x4000_0000 ? 4 : 8;
}

/** Writes big-endian integers and bytes one after the other. Room is the caller's affair: none left is a defect. */
export class ByteWriter {
  offset: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.offset;
  }

  /** From the beginning to the offset; shares the memory. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.offset);
  }

  u8(n: number): void {
    this.#bytes[this.#take(1)] = n;
  }

  u16(n: number): void {
    const at = this.#take(2);
    this.#bytes[at] = n >>> 8;
    this.#bytes[at + 1] = n;
  }

  u32(n: number): void {
    const at = this.#take(4);
    this.#bytes[at] = n >>> 24;
    this.#bytes[at + 1] = n >>> 16;
    this.#bytes[at + 2] = n >>> 8;
    this.#bytes[at + 3] = n;
  }

  u48(n: number): void {
    this.u16(Math.floor(n / U32));
    this.u32(n % U32);
  }

  u64(n: bigint): void {
    this.u32(Number(n >> 32n));
    this.u32(Number(n & 0xffff_ffffn));
  }

  /** `n` is an integer from 0 to 2^53-1. */
  varint(n: number): void {
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${n} is no varint`);
    if (n < 0x40) {
      this.u8(n);
    } else if (n < 0x4000) {
      this.u16(0x4000 | n);
    } else if (n < 0x4000_0000) {
      this.u32(0x8000_0000 | n);
    } else {
      this.u32(0xc000_0000 | Math.floor(n / U32));
      this.u32(n % U32);
    }
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#take(bytes.length));
  }

  /** Zero bytes, whatever the memory held before. */
  zeros(length: number): void {
    const at = this.#take(length);
    this.#bytes.fill(0, at, at + length);
  }

  #take(length: number): number {
    const at = this.offset;
    if (at + length > this.#bytes.length) throw new RangeError(`${length} bytes in ${this.remaining}`);
    this.offset = at + length;
    return at;
  }
}

/** Reads what ByteWriter writes. Throws UdpFault `malformed` at the end of the bytes. */
export class ByteReader {
  offset: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.offset;
  }

  u8(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  u16(): number {
    const at = this.#take(2);
    return ((this.#bytes[at] ?? 0) << 8) | (this.#bytes[at + 1] ?? 0);
  }

  u32(): number {
    return this.u16() * 0x1_0000 + this.u16();
  }

  u48(): number {
    return this.u16() * U32 + this.u32();
  }

  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }

  /** At most 2^53-1 [CHUNK-2]. Longer forms than needed are fine, as in RFC 9000. */
  varint(): number {
    const first = this.u8();
    const low = first & 0x3f;
    switch (first >>> 6) {
      case 0:
        return low;
      case 1:
        return (low << 8) | this.u8();
      case 2:
        return ((low << 8) | this.u8()) * 0x1_0000 + this.u16();
      default: {
        const n = (low * 0x1_00_00_00 + this.u8() * 0x1_00_00 + this.u16()) * U32 + this.u32();
        if (n > Number.MAX_SAFE_INTEGER) throw malformed('a varint beyond 2^53-1');
        return n;
      }
    }
  }

  /** A view. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Passes over zero bytes and tells how many they were. */
  skipZeros(): number {
    const from = this.offset;
    while (this.#bytes[this.offset] === 0) this.offset++;
    return this.offset - from;
  }

  #take(length: number): number {
    const at = this.offset;
    if (length > this.#bytes.length - at) throw malformed('it ends early');
    this.offset = at + length;
    return at;
  }
}
