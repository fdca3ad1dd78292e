import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { Answer } from './answer.ts';
import { type Cut, finished, shown } from './wording.ts';

const NO_SOURCES: ReadonlySet<string> = new Set();
const CUTS: readonly (Cut | undefined)[] = [
  undefined,
  'stopped',
  'length',
  'filtered',
  'timeout',
  'provider',
  'shutdown',
];
const answer = () => {
  const task = { kind: 'search', question: 'q' } as const;
  return new Answer(
    { id: 1, assistant: 1 as never, asker: 2 as never, task, session: undefined, room: undefined },
    0,
  );
};
/** Whatever a model may say, with what is left out or changed more often than by chance. */
const pieces = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '![',
      '!',
      '<',
      'b>',
      '```\n',
      '`',
      '\u200d',
      '\ufe0f',
      '👩',
      '💻',
      '\u202e',
      '\u0000',
      '\ud83d',
      '\ude00',
      'می',
      '\u200c',
      'é',
      '[x](y)',
      '#tea/1',
      ' ',
      '\n',
    ),
  ),
  { maxLength: 40 },
);

describe('answers as they are read (I2)', () => {
  test('[REPLY-5] whatever comes, in whatever pieces: what is told only grows, by whole characters, and holds no image, tag or control', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        const one = answer();
        let known = '';
        for (const piece of all) {
          one.write(piece);
          const told = one.tell(shown(one.text));
          if (told === undefined) continue;
          expect(told.offset).toBe(known.length);
          known += told.text;
          expect(known.isWellFormed()).toBe(true);
        }
        expect(known).toBe(one.told);
        expect(known).not.toMatch(/!\[|<[A-Za-z/!?]|[\p{Bidi_Control}]|(?![\n\t])\p{Cc}/u);
      }),
      { numRuns: 500 },
    );
  });

  test('[REPLY-5] plain text is told as it comes, but for what may still become something else', () => {
    const one = answer();
    const told = ['Hello ', 'wor', 'ld!', ' 2 <', ' 3 <b', '> 👩', '\u200d', '💻 ', 'done'].map((piece) => {
      one.write(piece);
      return one.tell(shown(one.text))?.text;
    });
    expect(told).toEqual(['Hello ', 'wor', 'ld', '! 2 ', '< 3 < b', '> ', undefined, '👩‍💻 ', 'done']);
  });

  test('[REPLY-1] [REPLY-3] whatever was written fits a message, and says at its end why it is cut', () => {
    fc.assert(
      fc.property(pieces, fc.nat(3_000), fc.constantFrom(...CUTS), (all, repeat, cut) => {
        const one = answer();
        for (let round = 0; round <= repeat; round += 100)
          for (const piece of all) one.write(piece.repeat(20));
        const said = finished(one.text, NO_SOURCES, cut);
        expect(Buffer.byteLength(said)).toBeLessThanOrEqual(16_384 - 16);
        if (said !== '' && cut !== undefined)
          expect(said.split('\n').at(-1)).toMatch(/^\[(stopped|cut off: .+)\]$/);
        expect(said === '' || said.trim() !== '').toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('[REPLY-1] of a flood no more is kept than an answer may have', () => {
    const one = answer();
    expect(one.write('x'.repeat(1_000_000))).toBe(false);
    expect(one.text.length).toBe(16_384);
    expect(one.write('y')).toBe(false);
    expect(one.text.length).toBe(16_384);
    const other = answer();
    expect(other.write('é'.repeat(16_384))).toBe(false);
    expect(other.text.length).toBeLessThanOrEqual(16_384);
  });
});
