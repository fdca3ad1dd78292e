import { describe, expect, test } from 'bun:test';
import { ErrorCode } from '@sotto/schema';
import { SottoError } from './errors.ts';
import { checkChoice, chooseVersion } from './versions.ts';

function codeOf(task: () => unknown): ErrorCode | undefined {
  try {
    task();
  } catch (error) {
    if (error instanceof SottoError) return error.code;
    throw error;
  }
  return undefined;
}

describe('version negotiation (T8)', () => {
  test('[VERSION-1] the highest common version is chosen, whatever the order', () => {
    expect(chooseVersion([1, 2, 3], [2, 9, 1])).toBe(2);
    expect(chooseVersion([3, 1], [1, 3])).toBe(3);
  });

  test('[VERSION-2] no common version is a clear error that names both sides', () => {
    expect(codeOf(() => chooseVersion([1], [7, 8]))).toBe(ErrorCode.NO_COMMON_VERSION);
    expect(() => chooseVersion([1], [7, 8])).toThrow('this side speaks 1; the other 7, 8');
    expect(codeOf(() => chooseVersion([1], []))).toBe(ErrorCode.NO_COMMON_VERSION);
  });

  test('[VERSION-3] a client notices that a better common version was passed over', () => {
    expect(codeOf(() => checkChoice([1, 2], [1, 2], 1))).toBe(ErrorCode.DOWNGRADE_DETECTED);
    expect(codeOf(() => checkChoice([1, 2], [1], 1))).toBeUndefined();
  });
});
