import { describe, expect, test } from 'bun:test';
import { SottoError } from '@sotto/protocol';
import fc from 'fast-check';
import { noise } from '../testing/raw.ts';
import { MESSAGE_MAX_BYTES } from './limits.ts';
import { BINARY, MessageReader, maskedFrame } from './messages.ts';

/** A server's frame: as a client's, unmasked. */
function serverFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const header =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 0xff]
        : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return new Uint8Array([0x80 | opcode, ...header, ...payload]);
}

function record() {
  const bytes: number[] = [];
  const controls: string[] = [];
  const reader = new MessageReader({
    bytes: (part) => bytes.push(...part),
    ping: (payload) => controls.push(`ping ${payload.length}`),
    close: () => controls.push('close'),
  });
  return { bytes, controls, reader };
}

describe('WebSocket messages of a client', () => {
  test('[WS-3] T1: the byte stream comes out however messages and reads are cut', () => {
    const message = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.integer({ min: 1, max: 50 }), (messages, step) => {
        const stream = Buffer.concat(
          messages.flatMap((payload) => [serverFrame(BINARY, payload), serverFrame(9, new Uint8Array(3))]),
        );
        const { bytes, controls, reader } = record();
        for (let offset = 0; offset < stream.length; offset += step)
          reader.push(new Uint8Array(stream.subarray(offset, offset + step)));
        expect(Buffer.from(bytes)).toEqual(Buffer.concat(messages));
        expect(controls).toEqual(messages.map(() => 'ping 3'));
      }),
    );
  });

  test('[WS-4] T1: lengths of every form are read', () => {
    for (const length of [0, 125, 126, 65_535, 65_536]) {
      const { bytes, reader } = record();
      reader.push(serverFrame(BINARY, new Uint8Array(length).fill(5)));
      expect(bytes.length).toBe(length);
    }
  });

  test('[WS-4] T1: what a client writes is masked and at most two bytes of length', () => {
    const payload = new Uint8Array(MESSAGE_MAX_BYTES).fill(9);
    const frame = maskedFrame(BINARY, payload, new Uint8Array([1, 2, 3, 4]));
    expect([...frame.subarray(0, 10)]).toEqual([0x82, 0xfe, 0xff, 0xff, 1, 2, 3, 4, 9 ^ 1, 9 ^ 2]);
    expect(frame.length).toBe(8 + MESSAGE_MAX_BYTES);
  });

  test('[WS-6] T1: 100,000 mutated streams give bytes or a SottoError', () => {
    const make = noise(5);
    const base = Buffer.concat([
      serverFrame(BINARY, new Uint8Array(20)),
      serverFrame(9, new Uint8Array(5)),
      serverFrame(8, new Uint8Array(2)),
    ]);
    for (let round = 0; round < 100_000; round++) {
      const stream = new Uint8Array(base);
      const [place = 0, value = 0, again = 0, second = 0] = make(4);
      stream[place % stream.length] = value;
      stream[again % stream.length] = second;
      const reader = new MessageReader({ bytes: () => {}, ping: () => {}, close: () => {} });
      try {
        reader.push(stream);
      } catch (error) {
        if (!(error instanceof SottoError)) throw error;
      }
    }
  });
});
