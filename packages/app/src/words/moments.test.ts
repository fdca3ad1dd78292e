import { describe, expect, test } from 'bun:test';
import { minutesAfterNoon, NOON } from '../testing/index.ts';
import { momentWords, untilWords } from './moments.ts';

describe('moments in words (C1)', () => {
  test('today the time is enough, else the day is told as well', () => {
    expect(momentWords(minutesAfterNoon(5), NOON)).not.toContain('2026');
    expect(momentWords(minutesAfterNoon(24 * 60), NOON)).toContain('2026');
  });

  test('[SANCTION-2] what never ends says nothing of an end', () => {
    expect(untilWords(undefined)).toBe('');
    expect(untilWords(new Date(8_640_000_000_000_000))).toBe('');
    expect(untilWords(minutesAfterNoon(5), NOON)).toMatch(/^ until \S/);
  });
});
