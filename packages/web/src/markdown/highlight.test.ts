import { describe, expect, test } from 'bun:test';
import { type Highlighted, highlight } from './highlight.ts';

const textOf = (parts: readonly Highlighted[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : textOf(part.parts))).join('');
const looksOf = (parts: readonly Highlighted[]): readonly string[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [] : [part.look, ...looksOf(part.parts)]));

describe('C1: colours for code', () => {
  const CODE = 'const x: number = 1; // <b>one</b>\nif (x) print("two")\n';

  test.each([
    'ts',
    'tsx',
    'js',
    'javascript',
    'py',
    'sh',
    'console',
    'c',
    'c++',
    'html',
    'yml',
    'toml',
    'rs',
    'cs',
    'golang',
  ])('%s is known, and not a character is lost', (language) => {
    const parts = highlight(language, CODE);
    expect(parts).toBeDefined();
    expect(textOf(parts ?? [])).toBe(CODE);
  });

  test('what is told apart has few looks', () => {
    expect(looksOf(highlight('ts', CODE) ?? [])).toEqual(
      expect.arrayContaining(['word', 'value', 'comment', 'text']),
    );
    expect(looksOf(highlight('diff', '+a\n-b\n') ?? [])).toEqual(['added', 'removed']);
  });

  test.each(['', 'nonsense', '__proto__', 'constructor', '<script>'])('%j is plain', (language) =>
    expect(highlight(language, CODE)).toBeUndefined(),
  );
});
