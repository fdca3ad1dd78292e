import { describe, expect, test } from 'bun:test';
import { fitted } from './system.ts';

const terminal = { isTTY: true, columns: 20 };
const FINGERPRINT = `SHA256:${'AB:'.repeat(31)}AB`;

describe('lines on the terminal (C3)', () => {
  test('C3: a long line breaks between words and keeps its indent', () => {
    expect(fitted(['  one two three four five', 'short'], terminal)).toEqual([
      '  one two three four',
      '  five',
      'short',
    ]);
  });

  test('C3 T18: a fingerprint stays whole, so that it can be copied', () => {
    expect(fitted([`  ${FINGERPRINT}`], terminal)).toEqual([`  ${FINGERPRINT}`]);
    expect(fitted([`known ${FINGERPRINT} and more`], terminal)).toEqual([`known ${FINGERPRINT}`, 'and more']);
  });

  test('C3: where no terminal is, lines stay as they are', () => {
    const line = 'word '.repeat(100);
    expect(fitted([line], {})).toEqual([line]);
    expect(fitted([line], { isTTY: true, columns: 0 })).toEqual([line]);
  });
});
