import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { mutate, seeded } from '../../testing/mutate.ts';
import { DATAGRAM_MAX_BYTES, UDP_VERSION_1 } from '../constants.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import { ByteWriter } from './bytes.ts';
import {
  type ConnectionId,
  handshakeHeaderBytes,
  numberLength,
  parsePacket,
  restoreNumber,
  writeHandshakeHeader,
  writeRetryHeader,
  writeVersions,
} from './packet.ts';

const TO = 0xfedcba9876543210n as ConnectionId;
const FROM = 0x00000000000000ffn as ConnectionId;
const VERSION = UDP_VERSION_1;
const SEALED_BYTES = 20;

const malformed = expect.objectContaining({ name: 'UdpFault', code: CloseCode.malformed });

function handshake(token: Uint8Array, version = VERSION): Uint8Array {
  const header = { version, to: TO, from: FROM, token };
  const datagram = new Uint8Array(handshakeHeaderBytes(header) + SEALED_BYTES);
  writeHandshakeHeader(new ByteWriter(datagram), header);
  return datagram;
}

function retry(token: Uint8Array): Uint8Array {
  const writer = new ByteWriter(new Uint8Array(21 + token.length + 16));
  writeRetryHeader(writer, { version: VERSION, to: TO, from: FROM, token });
  writer.bytes(new Uint8Array(16).fill(9));
  return writer.written;
}

function short(): Uint8Array {
  const writer = new ByteWriter(new Uint8Array(9 + SEALED_BYTES));
  writer.u8(0x40);
  writer.u64(TO);
  writer.zeros(SEALED_BYTES);
  return writer.written;
}

const changed = (datagram: Uint8Array, at: number, byte: number) => {
  const other = datagram.slice();
  other[at] = byte;
  return other;
};

describe('headers', () => {
  test('T5 [PACKET-1]: each kind is read back', () => {
    const token = new Uint8Array([1, 2, 3]);
    const ids = { to: TO, from: FROM };
    expect(parsePacket(handshake(token))).toEqual({
      kind: 'handshake',
      version: VERSION,
      ...ids,
      token,
      numberOffset: 25,
    });
    expect(parsePacket(handshake(new Uint8Array(100)))).toMatchObject({ numberOffset: 21 + 2 + 100 });
    const tag = new Uint8Array(16).fill(9);
    expect(parsePacket(retry(token))).toEqual({ kind: 'retry', version: VERSION, ...ids, token, tag });
    expect(parsePacket(writeVersions(TO, FROM, [5, 0xffffffff]))).toEqual({
      kind: 'versions',
      ...ids,
      versions: [5, 0xffffffff],
    });
    expect(parsePacket(short())).toEqual({ kind: 'short', to: TO, numberOffset: 9 });
  });

  test('T5 [ADMIT-5]: of another version only the IDs are read', () => {
    const foreign = { kind: 'foreign', version: 7, to: TO, from: FROM } as const;
    for (const flags of [0xc0, 0xdf, 0xef, 0xff]) {
      expect(parsePacket(changed(handshake(new Uint8Array(0), 7), 0, flags).subarray(0, 21))).toEqual(
        foreign,
      );
    }
    expect(parsePacket(handshake(new Uint8Array(0), 7), [VERSION, 7])).toMatchObject({
      kind: 'handshake',
      version: 7,
    });
  });

  test('T5 [PACKET-1]: a datagram longer than any that is sent is none', () => {
    const longest = new Uint8Array(DATAGRAM_MAX_BYTES);
    longest.set(short());
    expect(parsePacket(longest)).toMatchObject({ kind: 'short' });
    const longer = new Uint8Array(DATAGRAM_MAX_BYTES + 1);
    longer.set(short());
    expect(() => parsePacket(longer)).toThrow(malformed);
  });

  test.each([
    ['short header, fixed bit 0', () => changed(short(), 0, 0x00)],
    ['short header, spare bit 1', () => changed(short(), 0, 0x60)],
    ['long header, fixed bit 0', () => changed(handshake(new Uint8Array(0)), 0, 0x80)],
    ['no type of packet', () => changed(handshake(new Uint8Array(0)), 0, 0xf0)],
    ['versions in a version', () => changed(handshake(new Uint8Array(0)), 0, 0xe0)],
    ['retry, reserved bit 1', () => changed(retry(new Uint8Array(8)), 0, 0xd4)],
    ['versions, reserved bit 1', () => changed(writeVersions(TO, FROM), 0, 0xe1)],
    ['versions of another type', () => changed(writeVersions(TO, FROM), 0, 0xc0)],
    ['a retry without a token', () => retry(new Uint8Array(0))],
    ['no versions', () => writeVersions(TO, FROM, [])],
    ['half a version', () => writeVersions(TO, FROM, [1, 2]).subarray(0, -2)],
    ['no sample after a short header', () => short().subarray(0, -1)],
    ['no sample after a handshake header', () => handshake(new Uint8Array(5)).subarray(0, -1)],
    ['nothing', () => new Uint8Array(0)],
  ])('T5 [PACKET-4] [PACKET-5]: dropped: %s', (_, datagram) => {
    expect(() => parsePacket(datagram())).toThrow(malformed);
  });

  test('T5 [PACKET-5]: any bytes give a packet or UdpFault, and views of their own memory', () => {
    const random = seeded(3);
    const good = [handshake(new Uint8Array(23)), retry(new Uint8Array(23)), writeVersions(TO, FROM), short()];
    let refused = 0;
    for (let round = 0; round < 20_000; round++) {
      const datagram = mutate(good[round % good.length] ?? short(), random);
      try {
        const packet = parsePacket(datagram);
        if ('token' in packet) expect(packet.token.buffer).toBe(datagram.buffer);
      } catch (error) {
        expect(error).toBeInstanceOf(UdpFault);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1_000);
  });
});

describe('packet numbers', () => {
  test('T5 [PACKET-2]: the examples of RFC 9000 appendices A.2 and A.3', () => {
    expect(numberLength(0xac5c02, 0xabe8b3)).toBe(2);
    expect(numberLength(0xace8fe, 0xabe8b3)).toBe(3);
    expect(restoreNumber(0x9b32, 2, 0xa82f30ea)).toBe(0xa82f9b32);
  });

  test.each([
    [0, -1, 1],
    [127, -1, 1],
    [128, -1, 2],
    [128, 0, 1],
    [129, 0, 2],
    [2 ** 15, 0, 2],
    [2 ** 15 + 1, 0, 3],
    [2 ** 23, 0, 3],
    [2 ** 23 + 1, 0, 4],
  ] as const)('T5 [PACKET-2]: %d after an ack of %d takes %d bytes', (number, acked, length) => {
    expect(numberLength(number, acked)).toBe(length);
  });

  test('T5 [PACKET-2]: restored whatever the peer has had since what it acknowledged', () => {
    const limit = 2 ** 53;
    const number = fc.oneof(
      fc.maxSafeNat(),
      fc.nat(1_000),
      fc.integer({ min: limit - 1_000, max: limit - 1 }),
    );
    const apart = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2 ** 31 }));
    fc.assert(
      fc.property(number, apart, fc.double({ min: 0, max: 1, noNaN: true }), (sent, unacked, share) => {
        const acked = Math.max(-1, sent - unacked);
        const largest = acked + Math.floor((sent - 1 - acked) * share);
        const length = numberLength(sent, acked);
        expect(restoreNumber(sent % 2 ** (8 * length), length, largest)).toBe(sent);
      }),
    );
  });

  test.each([
    [200, -1, 200],
    [72, 199, 328],
    [73, 199, 73],
    [228, 355, 484],
    [229, 355, 229],
  ])('T5 [PACKET-2]: one byte %d after packet %d is %d, at the edges', (truncated, largest, number) => {
    expect(restoreNumber(truncated, 1, largest)).toBe(number);
  });

  test('T5 [PACKET-2]: restored when later ones came first', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.integer({ min: 0, max: 100 }), (largest, behind) => {
        const sent = Math.max(0, largest - behind);
        expect(restoreNumber(sent % 256, 1, largest)).toBe(sent);
      }),
    );
  });
});
