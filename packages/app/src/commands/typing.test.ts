import { describe, expect, test } from 'bun:test';
import { isCommandLine, textMeant } from '../writing/command-line.ts';
import { expectedAfter } from './slash.ts';
import { typedCommand } from './typing.ts';

const typed = (text: string) => typedCommand(text, text.length);

describe('a command while it is typed (C1)', () => {
  test('paths, addresses and slashes in between are no commands; two slashes say one', () => {
    for (const text of ['/', '/kick', '/kick bob', '/delete-account', '/nothing at all'])
      expect([text, isCommandLine(text)]).toEqual([text, true]);
    for (const text of ['/home/bob', '//kick bob', ' /kick', 'and/or', '/4 of it', ''])
      expect([text, isCommandLine(text)]).toEqual([text, false]);
    expect([textMeant('//kick bob'), textMeant('hello')]).toEqual(['/kick bob', 'hello']);
  });

  test('while the name is typed nothing else is expected', () => {
    expect(typed('/ki')).toMatchObject({
      name: 'ki',
      command: undefined,
      word: '/ki',
      start: 0,
      expected: [],
    });
    expect(typed('/kick')).toMatchObject({ name: 'kick', command: { group: 'Order in rooms' } });
    expect(typedCommand('/kick bob', 2)).toMatchObject({ command: undefined, start: 0, end: 2 });
    expect(typed('hello')).toBeUndefined();
  });

  test('T13: a long text that was pasted behind a command is read once', () => {
    const pasted = 'a'.repeat(400_000);
    expect(typed(`/topic ${pasted} end`)).toMatchObject({ name: 'topic', word: 'end', start: 400_008 });
  });

  test('what a word may be depends on those before it, and on whether the room is left out', () => {
    expect(typed('/kick b')).toMatchObject({ word: 'b', expected: ['room', 'user'], place: 1 });
    expect(typed('/kick #garden b')).toMatchObject({ expected: ['user'], place: 1 });
    expect(typed('/kick bob be')).toMatchObject({ expected: ['text'], place: 2 });
    expect(typed('/role bob mod')?.expected[0]).toContain('moderator');
    expect(typed('/nothing b')).toMatchObject({ command: undefined, expected: [] });
  });

  test('the last thing that is expected holds for all that follows', () => {
    expect(expectedAfter(['user', 'text'], ['bob', 'a', 'b'])).toEqual(['text']);
    expect(expectedAfter(['room?'], [])).toEqual(['room']);
    expect(expectedAfter([], ['x'])).toEqual([]);
  });
});
