import { describe, expect, test } from 'bun:test';
import { isPdf, TEXT_SHOWN_MAX_BYTES, textOf } from './looks.ts';

const blob = (...parts: (string | readonly number[])[]) =>
  new Blob(parts.map((part) => (typeof part === 'string' ? part : Uint8Array.from(part))));

describe('what the first bytes say (C1)', () => {
  test('a PDF has its mark near its beginning, and nothing else is given to what shows PDF', async () => {
    expect(await isPdf(blob('%PDF-1.7\n'))).toBe(true);
    expect(await isPdf(blob([0xef, 0xbb, 0xbf], '\n%PDF-1.4'))).toBe(true);
    for (const other of ['', '<html><script>alert(1)</script>', '%PD', `${' '.repeat(1024)}%PDF-1.7`])
      expect(await isPdf(blob(other))).toBe(false);
  });

  test('texts in UTF-8 and UTF-16, with lines of any system', async () => {
    expect(await textOf(blob('a\r\nb\rc\nd'))).toBe('a\nb\nc\nd');
    expect(await textOf(blob([0xff, 0xfe, 0x41, 0, 0xe4, 0]))).toBe('Aä');
    expect(await textOf(blob([0xfe, 0xff, 0, 0x41]))).toBe('A');
    expect(await textOf(blob([0xef, 0xbb, 0xbf, 0x41]))).toBe('A');
  });

  test('what holds zero bytes is no text; of a long one the beginning is taken, no half characters', async () => {
    expect(await textOf(blob('PK', [3, 4, 0, 0]))).toBeUndefined();
    const long = await textOf(blob(`${'a'.repeat(TEXT_SHOWN_MAX_BYTES - 1)}äbc`));
    expect(long).toBe('a'.repeat(TEXT_SHOWN_MAX_BYTES - 1));
  });
});
