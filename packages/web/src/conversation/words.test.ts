import { describe, expect, test } from 'bun:test';
import { ALICE, BOB, NOON, person, view } from '@sotto/app/testing';
import { dayWords } from './times.ts';
import { excerptOf, writingWords } from './words.ts';

describe('what is said about messages (C1)', () => {
  test('one line of a message, and no more than fits', () => {
    expect(excerptOf(view(1, { text: 'one\n\n two' }))).toBe('one two');
    expect(excerptOf(view(1, { text: 'x'.repeat(1000) })).length).toBeLessThan(200);
  });

  test('nothing of what is deleted or hidden', () => {
    const text = 'a secret';
    expect(excerptOf(view(1, { text, deleted: { by: BOB, at: NOON } }))).not.toContain(text);
    expect(excerptOf(view(1, { text, hidden: true }))).not.toContain(text);
  });

  test('who writes: one, two, several', () => {
    expect(writingWords([])).toBe('');
    expect(writingWords([ALICE])).toBe('alice is writing…');
    expect(writingWords([ALICE, BOB])).toBe('alice and bob are writing…');
    expect(writingWords([ALICE, BOB, person(3, 'cam')])).toBe('Several people are writing…');
  });

  test('today and yesterday by name', () => {
    const before = (days: number) => new Date(2026, 10, 21 - days, 23);
    expect([dayWords(before(0), NOON), dayWords(before(1), NOON)]).toEqual(['Today', 'Yesterday']);
    expect(dayWords(new Date(2024, 1, 2), NOON)).toContain('2024');
  });
});
