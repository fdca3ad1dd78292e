import { describe, expect, test } from 'bun:test';
import { SEARCH_QUERY_MAX_BYTES } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import fc from 'fast-check';
import { parseQuery, TERMS_MAX } from './query.ts';
import { INDEXED_WORDS_MAX, indexedWords } from './words.ts';

const RUNS = 500;
/** Nothing that a database could take for more than words. */
const HARMLESS = /^[\p{L}\p{N}\p{M}\p{Extended_Pictographic} ]*$/u;

describe('[SEARCH-2] M9: words', () => {
  test.each([
    ["Hello, WÖRLD: don't foo_bar", 'hello world don t foo bar'],
    ['ΟΔΟΣ Straße ﬁne ＡＢＣ', 'οδοσ strasse fine abc'],
    ['Ёлка и ель', 'елка и ель'],
    ['नमस्ते', 'नमस्ते'],
    ['안녕하세요 세계', '안녕하세요 세계'],
    ['東京都庁 tower', '東京 京都 都庁 庁 tower'],
    ['東', '東'],
    ['がんばって', 'がん んば ばっ って て'],
    ['tea🎉👍', 'tea 🎉 👍'],
    ['§r8 "§link"', 'r8 link'],
    ['  … — !!! ', ''],
    ['x'.repeat(80), 'x'.repeat(64)],
  ])('%s', (text, words) => expect(indexedWords(text)).toBe(words));

  test('any text gives words that are words, and the same ones again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const words = indexedWords(text);
        expect(words).toMatch(HARMLESS);
        expect(words.length).toBeLessThan(20 * text.length + 1);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('[SEARCH-3] M9: queries', () => {
  const term = (words: readonly string[], isBeginning = false) => ({ words, isBeginning });
  test.each([
    ['green tea', [term(['green']), term(['tea'], true)]],
    ['green t', [term(['green']), term(['t'])]],
    ['"green tea"', [term(['green', 'tea'])]],
    ['"green te', [term(['green', 'te'], true)]],
    ['foo-bar baz', [term(['foo', 'bar']), term(['baz'], true)]],
    [
      'a AND (b* OR NOT c:d) NEAR^2',
      ['a', 'and', 'b', 'or', 'not']
        .map((word) => term([word]))
        .concat([term(['c', 'd']), term(['near', '2'])]),
    ],
    ['東', [term(['東'], true)]],
    ['東 tea', [term(['東'], true), term(['tea'], true)]],
    ['東京tea', [term(['東京']), term(['tea'], true)]],
    ['   ', []],
    ['', []],
  ])('%s', (query, terms) => expect(parseQuery(query)).toEqual(terms));

  test.each([
    '!!!',
    '"',
    '""',
    'x'.repeat(SEARCH_QUERY_MAX_BYTES + 1),
    'é'.repeat(SEARCH_QUERY_MAX_BYTES / 2 + 1),
  ])('says nothing, or too much: %s', (query) =>
    expect(() => parseQuery(query)).toThrow(expect.objectContaining({ code: ErrorCode.ARGUMENT_INVALID })),
  );

  test('at most 16 terms', () => {
    const query = (count: number) => Array.from({ length: count }, (_, at) => `w${at}`).join(' ');
    expect(parseQuery(query(TERMS_MAX))).toHaveLength(TERMS_MAX);
    expect(() => parseQuery(query(TERMS_MAX + 1))).toThrow('17 words');
  });

  test('any query gives a few harmless terms, or a refusal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (query) => {
        try {
          const terms = parseQuery(query);
          expect(terms.length).toBeLessThanOrEqual(TERMS_MAX);
          for (const { words } of terms) {
            expect(words.length).toBeGreaterThan(0);
            for (const word of words) expect(word).toMatch(HARMLESS);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SottoError);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

test('[SEARCH-2] M9: of a message so many different words count, however often each of them comes', () => {
  const many = Array.from({ length: INDEXED_WORDS_MAX + 5 }, (_, index) => `w${index} tea`).join(' ');
  const words = indexedWords(many).split(' ');
  expect(new Set(words).size).toBe(INDEXED_WORDS_MAX);
  expect(words.at(-1)).toBe('tea');
});
