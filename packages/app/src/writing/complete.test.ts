import { describe, expect, test } from 'bun:test';
import { completed, completingAt, ranked } from './complete.ts';

describe('completion while writing (C1)', () => {
  test('the word behind a sign is completed, up to the caret', () => {
    expect(completingAt('hello @al', 9)).toEqual({ sign: '@', query: 'al', start: 6, end: 9 });
    expect(completingAt('@', 1)).toEqual({ sign: '@', query: '', start: 0, end: 1 });
    expect(completingAt('(#gar', 5)).toMatchObject({ sign: '#', query: 'gar' });
    expect(completingAt('hello @al there', 15)).toBeUndefined();
  });

  test('addresses, times and single colons are not signs', () => {
    expect(completingAt('bob@example', 11)).toBeUndefined();
    expect(completingAt('at 12:30', 8)).toBeUndefined();
    expect(completingAt('look:', 5)).toBeUndefined();
    expect(completingAt('so :d', 5)).toBeUndefined();
    expect(completingAt('so :ta', 6)).toMatchObject({ sign: ':', query: 'ta' });
  });

  test('what is chosen replaces it, and one blank follows', () => {
    const completing = completingAt('hello @al there', 9);
    if (completing === undefined) throw new Error('nothing to complete');
    expect(completed('hello @al there', completing, '@alice')).toEqual({
      text: 'hello @alice there',
      caret: 13,
    });
  });

  test('beginnings come before beginnings of words, and those before the rest', () => {
    const names = ['rosalia', 'lia', 'anna lia', 'bob'];
    expect(ranked(names, 'LI', (name) => [name], 10)).toEqual(['lia', 'anna lia', 'rosalia']);
    expect(ranked(names, '', (name) => [name], 2)).toEqual(['rosalia', 'lia']);
  });
});
