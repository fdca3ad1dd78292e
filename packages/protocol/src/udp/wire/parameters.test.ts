import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { mutate, seeded } from '../../testing/mutate.ts';
import { UDP_VERSION_1 } from '../constants.ts';
import { CloseCode, UdpFault } from '../fault.ts';
import { decodeParameters, defaultParameters, encodeParameters, type Parameters } from './parameters.ts';

const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const parameters: fc.Arbitrary<Parameters> = fc.record({
  versions: fc.array(u32, { minLength: 1, maxLength: 64 }),
  connectionCredit: fc.maxSafeNat(),
  laneCredit: fc.maxSafeNat(),
  idleTimeoutMs: fc.integer({ min: 1_000, max: 3_600_000 }),
  ackDelayMaxMs: fc.integer({ min: 0, max: 1_000 }),
  connectionIds: fc.integer({ min: 2, max: 1_000 }),
});
const hex = (text: string) => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('parameters', () => {
  test('T5 [SHAKE-4]: what is encoded is read back, in memory of its own', () => {
    fc.assert(
      fc.property(parameters, (sent) => {
        const bytes = encodeParameters(sent);
        const read = decodeParameters(bytes);
        bytes.fill(0);
        expect(read).toEqual(sent);
      }),
    );
  });

  test('T5 [SHAKE-4]: missing ones have their defaults, unknown ones are ignored, the order is free', () => {
    expect(decodeParameters(hex(''))).toEqual(defaultParameters());
    expect(defaultParameters()).toEqual({
      versions: [UDP_VERSION_1],
      connectionCredit: 384 * 1024,
      laneCredit: 256 * 1024,
      idleTimeoutMs: 60_000,
      ackDelayMaxMs: 25,
      connectionIds: 4,
    });
    expect(decodeParameters(hex('4fff 03 010203  05 01 05  08 00  02 02 4001'))).toEqual({
      ...defaultParameters(),
      ackDelayMaxMs: 5,
      connectionCredit: 1,
    });
  });

  test.each([
    ['one twice', '02 01 05 02 01 05'],
    ['an unknown one twice', '20 00 20 00'],
    ['one twice, the second in a longer form', '02 01 05 4002 01 05'],
    ['one that ends early', '02 02 05'],
    ['an id without a length', '02'],
    ['an empty number', '02 00'],
    ['a number that ends early', '02 01 40'],
    ['a number with something after it', '02 02 0505'],
    ['a number beyond 2^53-1', '03 08 c020000000000000'],
    ['an idle timeout below a second', '04 02 43e7'],
    ['an idle timeout above an hour', '04 04 8036ee81'],
    ['a delay above a second', '05 02 43e9'],
    ['one connection ID', '06 01 01'],
    ['no versions', '01 00'],
    ['half a version', '01 0a 00000001000000010000'],
    ['65 versions', `01 4104 ${'00000001'.repeat(65)}`],
  ])('T5 [SHAKE-4]: malformed: %s', (_, text) => {
    expect(() => decodeParameters(hex(text))).toThrow(
      expect.objectContaining({ name: 'UdpFault', code: CloseCode.malformed }),
    );
  });

  test('T5 [SHAKE-4]: any bytes give parameters that can be encoded, or UdpFault', () => {
    const random = seeded(7);
    const good = fc.sample(parameters, { numRuns: 50, seed: 2 }).map(encodeParameters);
    const counts = { read: 0, refused: 0 };
    for (let round = 0; round < 10_000; round++) {
      try {
        const read = decodeParameters(mutate(good[round % good.length] ?? new Uint8Array(0), random));
        expect(decodeParameters(encodeParameters(read))).toEqual(read);
        counts.read++;
      } catch (error) {
        expect(error).toBeInstanceOf(UdpFault);
        counts.refused++;
      }
    }
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(500);
  });
});
