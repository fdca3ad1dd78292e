import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { CRYPTO_BUFFER_MAX_BYTES } from '../constants.ts';
import { UdpFault } from '../fault.ts';
import { Reassembly } from './reassembly.ts';

const whole = Uint8Array.from({ length: 500 }, (_, index) => index & 0xff);

test('T3 [SHAKE-2]: pieces in any order, twice, and overlapping give the bytes once and in order', () => {
  const piece = fc.record({ start: fc.nat(499), length: fc.integer({ min: 1, max: 120 }) });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const reassembly = new Reassembly();
      const read: number[] = [];
      const every = Array.from({ length: 10 }, (_, index) => ({ start: index * 50, length: 50 }));
      for (const { start, length } of [...pieces, ...every.reverse()])
        read.push(...(reassembly.push(start, whole.subarray(start, start + length)) ?? []));
      expect(read).toEqual([...whole]);
    }),
  );
});

test('T3 [SHAKE-2]: what lies beyond 64 KiB of what was read is refused', () => {
  const reassembly = new Reassembly();
  expect(reassembly.push(0, whole)).toEqual(whole);
  expect(reassembly.push(CRYPTO_BUFFER_MAX_BYTES + 499, Uint8Array.of(1))).toBeUndefined();
  expect(() => reassembly.push(CRYPTO_BUFFER_MAX_BYTES + 500, Uint8Array.of(1))).toThrow(UdpFault);
});

test('T3 [SHAKE-2]: a peer that leaves a gap at every other byte is refused before that costs anything', () => {
  const reassembly = new Reassembly();
  const hostile = () => {
    for (let offset = 1; offset < 2_000; offset += 2) reassembly.push(offset, Uint8Array.of(1));
  };
  expect(hostile).toThrow('too many pieces');
});
