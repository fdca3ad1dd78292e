import { describe, expect, test } from 'bun:test';
import { Credit } from './credit.ts';

describe('credit that a receiver gives', () => {
  test('[CREDIT-3] grows when half of it is used, not before', () => {
    const credit = new Credit(0, 1_000, 4_000);
    expect(credit.due(499)).toBe(false);
    expect(credit.grant(1_000, 100, 499)).toBe(1_000);
    expect(credit.due(500)).toBe(true);
    expect(credit.grant(1_000, 100, 500)).toBe(1_500);
    expect(credit.due(500)).toBe(false);
  });

  test('[CREDIT-3] doubles when that half was used within two round trips, up to its limit', () => {
    const credit = new Credit(0, 1_000, 3_000);
    expect(credit.grant(199, 100, 500)).toBe(500 + 2_000);
    expect(credit.due(1_499)).toBe(false);
    expect(credit.grant(199 + 199, 100, 1_500)).toBe(1_500 + 3_000);
    expect(credit.grant(199 + 199 + 199, 100, 3_000)).toBe(3_000 + 3_000);
  });

  test('[CREDIT-3] stays as wide when it is used slowly', () => {
    const credit = new Credit(0, 1_000, 4_000);
    expect(credit.grant(200, 100, 500)).toBe(1_500);
    expect(credit.grant(400, 100, 1_000)).toBe(2_000);
  });
});
