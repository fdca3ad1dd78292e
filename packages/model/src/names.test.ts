import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { type NameReading, readName } from './names.ts';
import { nameSkeleton } from './names-skeleton.ts';

const keyOf = (text: string): string | undefined => {
  const reading = readName(text);
  return reading.kind === 'valid' ? reading.key : undefined;
};
const reasonOf = (reading: NameReading): string => (reading.kind === 'invalid' ? reading.reason : '');

describe('names (A3) [NAME-1]', () => {
  test.each([
    ['alice', 'alice'],
    ['Alice', 'alice'],
    ['ＡＬＩＣＥ', 'alice'],
    ['Zoe\u0308', 'zo\u00eb'],
    ['Straße', 'straße'],
    ['Σίσυφος', 'σίσυφος'],
    ['山田太郎', '山田太郎'],
    ['ｶﾞ', 'ガ'],
    ['דוד', 'דוד'],
    ['علي٣', 'علي٣'],
    ["o'neil.j-2_x", "o'neil.j-2_x"],
    ['L·L', 'l·l'],
    ['4you', '4you'],
  ])('%s is compared as %s', (written, key) => expect(keyOf(written)).toBe(key));

  test.each([
    ['', 'empty'],
    ['a'.repeat(33), 'longer'],
    ['12', 'digits only'],
    ['１２', 'digits only'],
    ['٣٤', 'digits only'],
    ['...', 'no letter'],
    ['a:b', ': is not'],
    ['a,b', ', is not'],
    ['#a', '# is not'],
    ['a/b', '/ is not'],
    ['a@b', '@ is not'],
    ['a b', 'U+0020'],
    ['a\u00a0b', 'U+00A0'],
    ['a\tb', 'U+0009'],
    ['a\u001b[31m', 'U+001B'],
    ['a\u202eb', 'U+202E'],
    ['a\u200db', 'U+200D'],
    ['a\u00adb', 'U+00AD'],
    ['ﬁn', 'U+FB01'],
    ['a♥', 'U+2665'],
    ['ab·', 'U+00B7'],
    ['a٣', 'writing directions'],
    ['דודbob', 'writing directions'],
    ['ا٣۴', 'U+'],
    ['\u0301a', 'combining'],
    [`a${'\u0334'.repeat(5)}`, 'combining'],
    ['a\ud800', 'Unicode'],
  ])('%j is refused', (written, reason) => expect(reasonOf(readName(written))).toContain(reason));

  test('a hostile length costs nothing', () => {
    expect(reasonOf(readName('a'.repeat(100_000)))).toContain('longer');
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(...'aZıİßς\u0301\u0345\u0327אا٣۴１ａｶﾞ·-._l'),
      maxLength: 12,
    }),
  );

  test('[NAME-2] reading a name or its key again changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const first = readName(text);
        if (first.kind === 'invalid') return;
        expect(readName(first.name)).toEqual(first);
        expect(keyOf(first.key)).toBe(first.key);
      }),
      { numRuns: 3_000 },
    );
  });

  test('[NAME-1] nothing invisible, separating or directional ever passes', () => {
    const forbidden = /[\p{C}\p{Z}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}:,#/@]/u;
    fc.assert(
      fc.property(anyText, (text) => {
        const reading = readName(text);
        if (reading.kind === 'invalid') return expect(reading.reason).not.toMatch(/[\p{C}\p{Bidi_Control}]/u);
        expect(`${reading.name}${reading.key}`).not.toMatch(forbidden);
        expect([...reading.name].length).toBeLessThanOrEqual(32);
        expect(reading.key).not.toMatch(/^\p{Nd}*$/u);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('confusable names (A3) [NAME-3]', () => {
  test.each([
    ['alice', 'аlice'],
    ['alice', 'aIice'],
    ['alice', 'a1ice'],
    ['bob', 'ЬоЬ'],
    ['cam', 'carn'],
    ['paypal', 'раураl'],
  ])('%s looks like %s', (one, other) => expect(nameSkeleton(one)).toBe(nameSkeleton(other)));

  test.each([
    ['alice', 'bob'],
    ['user1', 'user2'],
    ['anna', 'hanna'],
  ])('%s does not look like %s', (one, other) => expect(nameSkeleton(one)).not.toBe(nameSkeleton(other)));

  test('a skeleton is at rest', () => {
    for (let first = 0; first < 0x3000; first += 256) {
      const skeleton = nameSkeleton(
        String.fromCodePoint(...Array.from({ length: 256 }, (_, n) => first + n)),
      );
      expect(nameSkeleton(skeleton)).toBe(skeleton);
    }
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 32 }), (text) => {
        const skeleton = nameSkeleton(text);
        expect(nameSkeleton(skeleton)).toBe(skeleton);
      }),
    );
  });
});
