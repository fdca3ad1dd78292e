import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { mutate, seeded } from '../../testing/mutate.ts';
import { ACK_RANGES_MAX, CLOSE_REASON_MAX_BYTES } from '../constants.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import { ByteWriter } from './bytes.ts';
import {
  type AckRange,
  type Chunk,
  type ChunkKind,
  chunkBytes,
  cryptoChunkOverhead,
  elicits,
  laneChunkOverhead,
  readChunks,
  writeChunk,
  writeLaneHeader,
} from './chunk.ts';
import type { ConnectionId, Role, Space } from './packet.ts';

const u8 = fc.integer({ min: 0, max: 255 });
const varint = fc.oneof(fc.nat(100), fc.nat(), fc.maxSafeNat());
const offset = varint.map((n) => Math.min(n, Number.MAX_SAFE_INTEGER - 100));
const bytes = fc.uint8Array({ maxLength: 100 });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const of = <const K extends ChunkKind>(kind: K) => fc.constant(kind);

/** Valid ranges from pairs of gap and length, built from the lowest up. */
const ranges = fc
  .array(fc.tuple(fc.nat(2 ** 20), fc.nat(2 ** 20)), { minLength: 1, maxLength: ACK_RANGES_MAX })
  .map((pairs) => {
    const found: AckRange[] = [];
    let next = 0;
    for (const [gap, length] of pairs) {
      const first = next + gap;
      found.unshift({ first, last: first + length });
      next = first + length + 2;
    }
    return found;
  });

const KINDS: { [Kind in ChunkKind]: fc.Arbitrary<Extract<Chunk, { kind: Kind }>> } = {
  padding: fc.record({ kind: of('padding'), length: fc.integer({ min: 1, max: 50 }) }),
  ping: fc.record({ kind: of('ping') }),
  ack: fc.record({ kind: of('ack'), ranges, delayMs: fc.nat(2 ** 20).map((units) => units / 125) }),
  crypto: fc.record({ kind: of('crypto'), offset, bytes }),
  lane: fc.record({ kind: of('lane'), lane: u8, offset, bytes }),
  datagram: fc.record({ kind: of('datagram'), frame: bytes }),
  credit: fc.record({ kind: of('credit'), limit: varint }),
  laneCredit: fc.record({ kind: of('laneCredit'), lane: u8, limit: varint }),
  newId: fc
    .record({
      kind: of('newId'),
      sequence: varint,
      retirePriorTo: varint,
      id: u64,
      resetToken: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    })
    .map((chunk) => ({
      ...chunk,
      id: chunk.id as ConnectionId,
      retirePriorTo: Math.min(chunk.retirePriorTo, chunk.sequence),
    })),
  retireId: fc.record({ kind: of('retireId'), sequence: varint }),
  challenge: fc.record({ kind: of('challenge'), data: u64 }),
  response: fc.record({ kind: of('response'), data: u64 }),
  close: fc.record({
    kind: of('close'),
    code: varint,
    reason: fc.string({ unit: 'grapheme', maxLength: 40 }),
  }),
  confirmed: fc.record({ kind: of('confirmed') }),
};
const NAMES = Object.keys(KINDS) as ChunkKind[];
const chunk: fc.Arbitrary<Chunk> = fc.oneof(...Object.values(KINDS));

function encoded(...chunks: Chunk[]): Uint8Array {
  const writer = new ByteWriter(new Uint8Array(chunks.reduce((sum, each) => sum + chunkBytes(each), 0)));
  for (const each of chunks) writeChunk(writer, each);
  expect(writer.remaining).toBe(0);
  return writer.written;
}

const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const refused = (code: CloseCode) => expect.objectContaining({ name: 'UdpFault', code });

describe('codec', () => {
  test.each(NAMES)('T5 [CHUNK-2]: %s is read back, in the bytes foretold', (kind) => {
    fc.assert(
      fc.property(KINDS[kind], (each: Chunk) => {
        expect(readChunks(encoded(each), 'connection', 'server')).toEqual([each]);
      }),
    );
  });

  test('T5 [CHUNK-2]: many in one packet are read back', () => {
    const apart = chunk.filter(({ kind }) => kind !== 'padding');
    fc.assert(
      fc.property(fc.array(apart, { minLength: 1, maxLength: 12 }), (chunks) => {
        expect(readChunks(encoded(...chunks), 'connection', 'server')).toEqual(chunks);
      }),
    );
  });

  test.each<[string, Chunk]>([
    ['00 00 00', { kind: 'padding', length: 3 }],
    ['02 0a 407d 00 0a', { kind: 'ack', ranges: [{ first: 0, last: 10 }], delayMs: 1 }],
    [
      '02 0a 00 01 02 03 01',
      {
        kind: 'ack',
        ranges: [
          { first: 8, last: 10 },
          { first: 2, last: 3 },
        ],
        delayMs: 0,
      },
    ],
    ['04 ff 05 02 0102', { kind: 'lane', lane: 255, offset: 5, bytes: hex('0102') }],
    ['0c 02 03 e282ac', { kind: 'close', code: 2, reason: '€' }],
  ])('T5 [CHUNK-2]: %s', (text, expected) => {
    expect(readChunks(hex(text), 'connection', 'client')).toEqual([expected]);
  });

  test('T4 [CHUNK-2]: a lane chunk is written the same without an object, and its overhead is known', () => {
    fc.assert(
      fc.property(KINDS.lane, KINDS.crypto, (lane, crypto) => {
        const writer = new ByteWriter(new Uint8Array(200));
        writeLaneHeader(writer, lane.lane, lane.offset, lane.bytes.length);
        writer.bytes(lane.bytes);
        expect(writer.written).toEqual(encoded(lane));
        const { length } = lane.bytes;
        expect(laneChunkOverhead(lane.offset, length) + length).toBe(chunkBytes(lane));
        expect(cryptoChunkOverhead(crypto.offset, crypto.bytes.length) + crypto.bytes.length).toBe(
          chunkBytes(crypto),
        );
      }),
    );
  });

  test('T5 [CHUNK-2]: a reason is cut to whole characters that fit, a byte order mark stays', () => {
    const read = (reason: string) =>
      readChunks(encoded({ kind: 'close', code: 0, reason }), 'connection', 'client');
    expect(read('x€'.repeat(100))).toEqual([
      { kind: 'close', code: 0, reason: 'x€'.repeat(CLOSE_REASON_MAX_BYTES / 4) },
    ]);
    expect(read(`x${'€'.repeat(100)}`)).toEqual([{ kind: 'close', code: 0, reason: `x${'€'.repeat(85)}` }]);
    expect(read('\ufeffx')).toEqual([{ kind: 'close', code: 0, reason: '\ufeffx' }]);
  });

  test('T4 [ACK-2] [CHUNK-2]: an ack without a range, or of too many, is not written', () => {
    const many = Array.from({ length: ACK_RANGES_MAX + 1 }, (_, index) => ({
      first: 1_000 - 4 * index,
      last: 1_000 - 4 * index,
    }));
    expect(() => encoded({ kind: 'ack', ranges: [], delayMs: 0 })).toThrow(RangeError);
    expect(() => encoded({ kind: 'ack', ranges: many, delayMs: 0 })).toThrow(RangeError);
  });
});

describe('rules', () => {
  const allowed: Record<Space, readonly ChunkKind[]> = {
    handshake: ['padding', 'ping', 'ack', 'crypto', 'close'],
    connection: NAMES,
  };
  const serverOnly: readonly ChunkKind[] = ['confirmed', 'crypto'];

  test.each<[Space, Role]>([
    ['handshake', 'client'],
    ['handshake', 'server'],
    ['connection', 'client'],
    ['connection', 'server'],
  ])('T5 [CHUNK-1]: what a packet of the %s from the %s may hold', (space, sender) => {
    for (const kind of NAMES) {
      const [sample] = fc.sample(KINDS[kind] as fc.Arbitrary<Chunk>, { numRuns: 1, seed: 1 });
      if (sample === undefined) throw new Error('no sample');
      const payload = encoded(sample);
      const isRefused = space === 'connection' && sender === 'client' && serverOnly.includes(kind);
      if (allowed[space].includes(kind) && !isRefused) {
        expect(readChunks(payload, space, sender)).toEqual([sample]);
      } else {
        expect(() => readChunks(payload, space, sender)).toThrow(refused(CloseCode.violation));
      }
    }
  });

  test.each([
    ['nothing', ''],
    ['an unknown kind', '0e'],
    ['an unknown kind after a good one', '01 ff'],
    ['a long form of a known kind', '4001'],
    ['ping, then an ack that ends early', '01 02 0a 00 00'],
    ['an ack below number 0', '02 0a 00 00 0b'],
    ['a gap below number 0', '02 0a 00 01 02 07 00'],
    ['a range below number 0', '02 0a 00 01 02 03 04'],
    ['an ack of 33 ranges', `02 4100 00 20 00 ${'00 00'.repeat(32)}`],
    ['an ack of ranges that are not there', '02 4100 00 1f 00'],
    ['lane bytes that are not there', '04 00 00 05 01020304'],
    ['lane bytes of a length beyond all', '04 00 00 c01fffffffffffff'],
    ['an offset beyond 2^53-1', '04 00 c020000000000000 01 00'],
    ['bytes that end beyond 2^53-1', '04 00 c01fffffffffffff 01 00'],
    ['a datagram that ends early', '05 02 00'],
    ['a limit beyond 2^53-1', '06 ffffffffffffffff'],
    ['lane credit without a limit', '07 01'],
    ['a new ID that retires itself', `08 01 02 ${'00'.repeat(24)}`],
    ['a new ID without a whole token', `08 01 01 ${'00'.repeat(23)}`],
    ['half a challenge', '0a 01020304'],
    ['a reason that is too long', `0c 00 4101 ${'61'.repeat(257)}`],
    ['a reason that is not UTF-8', '0c 00 02 c328'],
    ['half a character', '0c 00 02 e282'],
  ])('T5 [CHUNK-2]: malformed: %s', (_, text) => {
    expect(() => readChunks(hex(text), 'connection', 'server')).toThrow(refused(CloseCode.malformed));
  });

  test('T5 [ACK-2] [CHUNK-2]: an ack of 32 ranges, and a reason of 256 bytes, are the longest', () => {
    const [ack] = readChunks(hex(`02 4100 00 1f 00 ${'00 00'.repeat(31)}`), 'connection', 'server');
    expect(ack).toMatchObject({ kind: 'ack', ranges: { length: 32 } });
    const [close] = readChunks(hex(`0c 00 4100 ${'61'.repeat(256)}`), 'connection', 'server');
    expect(close).toEqual({ kind: 'close', code: 0, reason: 'a'.repeat(256) });
  });

  test('T4 [CHUNK-3]: padding, ack and close elicit nothing', () => {
    const silent: readonly ChunkKind[] = ['padding', 'ack', 'close'];
    fc.assert(
      fc.property(chunk, (each) => {
        expect(elicits(each)).toBe(!silent.includes(each.kind));
      }),
    );
  });

  test('T5 [CHUNK-2]: any bytes give chunks or UdpFault', () => {
    const random = seeded(11);
    const good = fc
      .sample(fc.array(chunk, { minLength: 1, maxLength: 4 }), { numRuns: 200, seed: 5 })
      .map((chunks) => encoded(...chunks));
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < 20_000; round++) {
      const payload =
        round % 4 === 0
          ? Uint8Array.from({ length: random(60) }, () => random(round % 8 === 0 ? 256 : 15))
          : mutate(good[round % good.length] ?? new Uint8Array(1), random);
      try {
        expect(readChunks(payload, 'connection', 'server').length).toBeGreaterThan(0);
        counts.read++;
      } catch (error) {
        expect(error).toBeInstanceOf(UdpFault);
        counts.refused++;
      }
    }
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(1_000);
  });
});
