import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import type { InputLine } from '../io.ts';
import { splitLines } from './split-lines.ts';

async function split(chunks: readonly Uint8Array[], maxBytes?: number): Promise<InputLine[]> {
  async function* source(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  return Array.fromAsync(splitLines(source(), maxBytes));
}

const line = (text: string) => ({ kind: 'line', text }) as const;
const bytes = (text: string) => new TextEncoder().encode(text);

describe('lines of input (C3)', () => {
  test('C3: LF and CR LF end a line; the last one needs no end', async () => {
    expect(await split([bytes('a\r\n\nb\rc')])).toEqual([line('a'), line(''), line('b\rc')]);
    expect(await split([])).toEqual([]);
  });

  test('C3: a line that is too long is reported once, and what follows is read', async () => {
    const tooLong = { kind: 'tooLong' } as const;
    expect(await split([bytes('1234'), bytes('56'), bytes('7\nok\n12345')], 4)).toEqual([
      tooLong,
      line('ok'),
      tooLong,
    ]);
  });

  test('C3: the pieces that input arrives in make no difference', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '世', '\n', '\r', '👋') });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (input, size) => {
        const all = bytes(input);
        const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
          all.slice(at * size, (at + 1) * size),
        );
        expect(await split(pieces)).toEqual(await split([all]));
      }),
    );
  });
});
