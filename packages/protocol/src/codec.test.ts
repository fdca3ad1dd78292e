import { describe, expect, test } from 'bun:test';
import { create, type DescMessage, equals, toBinary } from '@bufbuild/protobuf';
import { ErrorCode } from '@sotto/schema';
import { decode, encode, type FrameFields } from './codec.ts';
import { SottoError } from './errors.ts';
import { bodyOf, encodeFrame, readHeader } from './frame.ts';
import { type FrameName, frames } from './registry.ts';
import { mutate, sampleMessage, seeded } from './testing/mutate.ts';

/** Two million and more over all frame types; the seeds are those of the types, so it is the same bytes in each run. */
const MUTATIONS_PER_DECODER = 20_000;
const names = Object.keys(frames) as FrameName[];

describe('frame bodies', () => {
  test('[FRAME-1] a frame is its header and its body', () => {
    const frame = encode(1, 'pong', 0xfffffffe, { sentAtMs: 1.5 });
    expect(readHeader(frame)).toEqual({ version: 1, type: 6, lane: 0, bodyLength: 9, requestId: 0xfffffffe });
    expect(bodyOf(frame)).toHaveLength(9);
    expect(decode('pong', frame).sentAtMs).toBe(1.5);
  });

  test('[TRANSFER-7] data of files, which are encoded by themselves, are bytes as any other', () => {
    const random = seeded(3);
    const samples = Array.from({ length: 200 }, () => sampleMessage(frames.fileData.schema, random));
    const few = [
      {},
      { transfer: 1 },
      { offset: -0 },
      { data: new Uint8Array(70_000) },
      { chunkSha256: new Uint8Array(32) },
    ];
    for (const fields of [...samples, ...few] as FrameFields<'fileData'>[]) {
      const { type, schema, laneOf } = frames.fileData;
      const body = toBinary(schema, create(schema, fields));
      const whole = encodeFrame({ version: 2, type, lane: laneOf(fields), requestId: 9 }, body);
      expect(encode(2, 'fileData', 9, fields)).toEqual(whole);
    }
  });

  test.each(names)('%s survives the way there and back', (name) => {
    const schema: DescMessage = frames[name].schema;
    const random = seeded(7);
    for (let round = 0; round < 20; round++) {
      const message = sampleMessage(schema, random);
      const frame = encodeFrame(
        { version: 1, type: frames[name].type, lane: 0, requestId: 1 },
        toBinary(schema, message),
      );
      expect(equals(schema, decode(name, frame), message)).toBe(true);
    }
  });

  test.each(names)('[ERROR-2] %s: mutated bytes give a message or MALFORMED_FRAME, nothing else', (name) => {
    const schema: DescMessage = frames[name].schema;
    const random = seeded(frames[name].type);
    let malformed = 0;
    for (let round = 0; round < MUTATIONS_PER_DECODER; round++) {
      const body = mutate(
        toBinary(schema, round % 50 === 0 ? sampleMessage(schema, random) : create(schema)),
        random,
      );
      const frame = encodeFrame({ version: 1, type: 1, lane: 0, requestId: 1 }, body);
      try {
        decode(name, frame);
      } catch (error) {
        if (!(error instanceof SottoError) || error.code !== ErrorCode.MALFORMED_FRAME) throw error;
        malformed++;
      }
    }
    expect(malformed).toBeGreaterThan(0);
    expect(malformed).toBeLessThan(MUTATIONS_PER_DECODER);
  });
});
