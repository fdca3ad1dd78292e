/** Errors in words: interface.md, "Empty, slow, broken". */
import { expect, test } from 'bun:test';
import { ErrorCode, NotConnected, SottoError } from '@sotto/client';
import { errorWords, waitWords } from './errors.ts';

test('C1 what happened and what to do, without flags of programs', () => {
  for (const code of Object.values(ErrorCode)) {
    if (typeof code !== 'number') continue;
    const words = errorWords(new SottoError(code));
    expect(words).toMatch(/[.!]$/);
    if (code === ErrorCode.CODE_REQUIRED || code === ErrorCode.LOGIN_FAILED)
      expect(words).not.toContain('--');
  }
});

test.each([
  [ErrorCode.NAME_INVALID, 'U+0020 is not allowed in a name'],
  [ErrorCode.NOT_FOUND, 'user'],
  [ErrorCode.ARGUMENT_INVALID, 'status emoji: not one emoji'],
])('C1 what a form was refused for is said without words of the protocol: %d', (code, detail) => {
  const words = errorWords(new SottoError(code, detail));
  expect(words).not.toMatch(/U\+|\(user\)|request|detail|\//);
  expect(words).toMatch(/Use 1|Check the name|status emoji/);
});

test('C1 A1 how long to wait, where the server says it', () => {
  expect(errorWords(new SottoError(ErrorCode.THROTTLED, '', 7_200))).toContain('Wait for 8 s');
  expect(errorWords(new SottoError(ErrorCode.RATE_LIMITED, '', 90_000))).toContain('2 min');
});

test.each([
  [1, '1 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [61_000, '2 min'],
  [3_600_000, '1 h'],
  [3_601_000, '2 h'],
])('C1 %d ms are %s', (ms, words) => {
  expect(waitWords(ms)).toBe(words);
});

test('C1 no connection, and what nobody foresaw; nothing in it can hide or turn around', () => {
  expect(errorWords(new NotConnected('x'))).toBe(
    'There is no connection to the server. Try again when it is back.',
  );
  expect(errorWords(new Error('a‮b'))).toBe('ab');
  expect(errorWords('text')).toBe('text');
});
