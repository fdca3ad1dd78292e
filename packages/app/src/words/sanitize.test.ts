import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { escapeJson, sanitizeLine, sanitizeLines } from './sanitize.ts';

/** Written apart from the implementation: code points that act on a terminal or on the order of text. */
const ACTS = (code: number) =>
  code < 0x20 ||
  (code >= 0x7f && code <= 0x9f) ||
  code === 0x61c ||
  (code >= 0x200e && code <= 0x200f) ||
  (code >= 0x2028 && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069) ||
  code === 0xfeff ||
  (code >= 0xd800 && code <= 0xdfff) ||
  (code >= 0xe0000 && code <= 0xe007f);
const acts = (text: string) => [...text].some((character) => ACTS(character.codePointAt(0) ?? 0));

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\u001b[2J',
      '\u009b',
      '\u202e',
      '\r',
      '\n',
      '\u2028',
      '\ud800',
      '\u0007',
      '\u{e0041}',
      '\t',
    ),
    fc.string({ unit: 'binary', maxLength: 3 }),
  ),
});

describe('sanitiser (C3)', () => {
  test('C3: shows what it takes out', () => {
    expect(sanitizeLine('a\u001b[31mred')).toBe('a␛[31mred');
    expect(sanitizeLine('x\u202ey\u009b2J\u007f')).toBe('x<U+202E>y<U+009B>2J␡');
    expect(sanitizeLine('one\ntwo\r')).toBe('one␊two␍');
    expect(sanitizeLine('\ud800')).toBe('<U+D800>');
    expect(sanitizeLine('\u{e0000}\u{e0001}')).toBe('<U+E0000><U+E0001>');
  });

  test('C3: leaves ordinary text of any script, and joined emoji, alone', () => {
    for (const text of ['Grüße, 世界', 'שלום', 'می‌خواهم', '👩‍👩‍👧 🏳️‍🌈', 'a­b'])
      expect(sanitizeLine(text)).toBe(text);
  });

  test('C3: splits lines at LF and CR LF only', () => {
    expect(sanitizeLines('a\nb\r\nc\rd\u2028e')).toEqual(['a', 'b', 'c␍d<U+2028>e']);
  });

  test('C3: whatever comes in, nothing that acts on a terminal goes out', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(acts(sanitizeLine(text))).toBe(false);
        expect(acts(sanitizeLines(text).join(''))).toBe(false);
      }),
    );
  });

  test('C3: printing twice changes nothing more', () => {
    fc.assert(fc.property(hostile, (text) => sanitizeLine(sanitizeLine(text)) === sanitizeLine(text)));
  });

  test('C3: for programs the same characters are escaped and nothing is lost', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const json = escapeJson(JSON.stringify({ text }));
        expect(acts(json)).toBe(false);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});
