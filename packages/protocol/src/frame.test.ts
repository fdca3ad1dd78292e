import { describe, expect, test } from 'bun:test';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { BODY_MAX_BYTES } from './constants.ts';
import { SottoError } from './errors.ts';
import { bodyOf, encodeFrame, FrameReader, HEADER_BYTES, readHeader } from './frame.ts';

const frame = fc
  .record({
    version: fc.integer({ min: 0, max: 255 }),
    type: fc.integer({ min: 0, max: 255 }),
    lane: fc.integer({ min: 0, max: 255 }),
    requestId: fc.integer({ min: 0, max: 0xffffffff }),
    body: fc.uint8Array({ maxLength: 300 }),
  })
  .map(({ body, ...header }) => ({ header, body, bytes: encodeFrame(header, body) }));

function readAll(reader: FrameReader, chunks: Uint8Array[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (const chunk of chunks) reader.push(chunk, (read) => frames.push(read.slice()));
  return frames;
}

/** `bytes` cut at the given places. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1))), bytes.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const joined = (parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

describe('frames', () => {
  test('[FRAME-1] T7: what is encoded is read back', () => {
    fc.assert(
      fc.property(frame, ({ header, body, bytes }) => {
        expect(readHeader(bytes)).toEqual({ ...header, bodyLength: body.length });
        expect(bodyOf(bytes)).toEqual(body);
      }),
    );
  });

  test('[FRAME-1] T7: frames are found however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (frames, places) => {
          const stream = joined(frames.map(({ bytes }) => bytes));
          expect(readAll(new FrameReader(), cut(stream, places))).toEqual(frames.map(({ bytes }) => bytes));
        },
      ),
    );
  });

  test('[FRAME-4] T7: a body beyond the limit is refused by its header alone', () => {
    const reader = new FrameReader();
    reader.bodyMaxBytes = BODY_MAX_BYTES;
    const header = { version: 1, type: 1, lane: 0, requestId: 1 };
    const largest = encodeFrame(header, new Uint8Array(BODY_MAX_BYTES));
    expect(readAll(reader, [largest.subarray(0, 50_000), largest.subarray(50_000)])).toEqual([largest]);
    const tooLong = encodeFrame(header, new Uint8Array(BODY_MAX_BYTES + 1)).subarray(0, HEADER_BYTES);
    expect(() => readAll(reader, [tooLong])).toThrow(
      new SottoError(ErrorCode.FRAME_TOO_LARGE, '131073 bytes, at most 131072'),
    );
  });

  test('[FRAME-5] T7: the limit holds for what comes after it changed', () => {
    const reader = new FrameReader();
    const long = encodeFrame({ version: 1, type: 1, lane: 0, requestId: 1 }, new Uint8Array(5_000));
    expect(() => readAll(new FrameReader(), [long])).toThrow(SottoError);
    reader.bodyMaxBytes = 5_000;
    expect(readAll(reader, [long])).toEqual([long]);
  });

  test('[FRAME-1] T7: 100,000 mutated streams give frames or a SottoError, whole ones first', () => {
    const random = xorshift(0x50770);
    const base = joined(
      Array.from({ length: 4 }, (_, id) =>
        encodeFrame({ version: 1, type: id, lane: id, requestId: id }, new Uint8Array(id * 20).fill(id)),
      ),
    );
    for (let round = 0; round < 100_000; round++) {
      const bytes = base.slice(0, 1 + (random() % base.length));
      for (let change = random() % 4; change > 0; change--) bytes[random() % bytes.length] = random();
      let length = 0;
      const reader = new FrameReader();
      const split = random() % bytes.length;
      try {
        for (const chunk of [bytes.subarray(0, split), bytes.subarray(split)]) {
          reader.push(chunk, (read) => {
            if (read.length !== HEADER_BYTES + readHeader(read).bodyLength) throw new Error('not whole');
            length += read.length;
          });
        }
      } catch (error) {
        if (!(error instanceof SottoError)) throw error;
      }
      if (length > bytes.length) throw new Error('more than came in');
    }
  });
});

function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
