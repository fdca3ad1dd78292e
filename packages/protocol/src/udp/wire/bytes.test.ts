import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { CloseCode } from '../fault.ts';
import { ByteReader, ByteWriter, varintBytes } from './bytes.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const safe = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(0x4100),
  fc.constantFrom(63, 64, 16_383, 16_384, 2 ** 30 - 1, 2 ** 30),
);

describe('varints', () => {
  test.each([
    ['9d7f3e7d', 494_878_333],
    ['7bbd', 15_293],
    ['25', 37],
    ['4025', 37],
    ['c0000000ffffffff', 2 ** 32 - 1],
    ['c01fffffffffffff', Number.MAX_SAFE_INTEGER],
  ])('T5 [CHUNK-2]: %s is %d (RFC 9000 appendix A.1)', (bytes, value) => {
    const reader = new ByteReader(hex(bytes));
    expect(reader.varint()).toBe(value);
    expect(reader.remaining).toBe(0);
  });

  test.each(['c020000000000000', 'ffffffffffffffff', 'c2197c5eff14e88c'])(
    'T5 [CHUNK-2]: %s is beyond 2^53-1 and malformed',
    (bytes) => {
      expect(() => new ByteReader(hex(bytes)).varint()).toThrow(
        expect.objectContaining({ name: 'UdpFault', code: CloseCode.malformed }),
      );
    },
  );

  test('T5 [CHUNK-2]: what is written is read back, in the bytes foretold, and malformed when cut short', () => {
    fc.assert(
      fc.property(safe, (n) => {
        const writer = new ByteWriter(new Uint8Array(8));
        writer.varint(n);
        expect(writer.offset).toBe(varintBytes(n));
        expect(new ByteReader(writer.written).varint()).toBe(n);
        expect(() => new ByteReader(writer.written.subarray(0, -1)).varint()).toThrow('it ends early');
      }),
    );
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN])('%d cannot be written', (n) => {
    expect(() => new ByteWriter(new Uint8Array(8)).varint(n)).toThrow(RangeError);
  });
});

describe('integers', () => {
  test('T5: each kind is big-endian', () => {
    const writer = new ByteWriter(new Uint8Array(22), 1);
    writer.u8(0x01);
    writer.u16(0x0203);
    writer.u32(0xf4050607);
    writer.u48(0xf8090a0b0c0d);
    writer.u64(0xfe0f101112131415n);
    expect(writer.written).toEqual(
      hex('000102 03f40506 07f8090a 0b0c0dfe 0f101112 131415'.replaceAll(' ', '')),
    );
    const reader = new ByteReader(writer.written, 1);
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u48(), reader.u64()]).toEqual([
      0x01,
      0x0203,
      0xf4050607,
      0xf8090a0b0c0d,
      0xfe0f101112131415n,
    ]);
    expect(reader.remaining).toBe(0);
  });

  test('T5: nothing is written past the room there is, and nothing read past the end', () => {
    for (const write of [
      (writer: ByteWriter) => writer.u8(1),
      (writer: ByteWriter) => writer.u48(1),
      (writer: ByteWriter) => writer.bytes(new Uint8Array(1)),
      (writer: ByteWriter) => writer.zeros(1),
    ]) {
      const writer = new ByteWriter(new Uint8Array(3), 3);
      expect(() => write(writer)).toThrow(RangeError);
      expect(writer.offset).toBe(3);
    }
    for (const read of [
      (reader: ByteReader) => reader.u8(),
      (reader: ByteReader) => reader.u64(),
      (reader: ByteReader) => reader.bytes(2 ** 53),
    ]) {
      expect(() => read(new ByteReader(new Uint8Array(3), 3))).toThrow('it ends early');
    }
  });
});
