import { describe, expect, test } from 'bun:test';
import { escapePath, readWord } from '@sotto/app/commands';
import fc from 'fast-check';
import { draggedPaths } from './dragged.ts';

describe('a path dropped onto the prompt (F1, C3)', () => {
  test.each([
    ['/home/a/report.pdf', '/home/a/report.pdf'],
    ["'/home/a/my report.pdf' ", '/home/a/my report.pdf'],
    ['"/home/a/my \\"best\\" report.pdf"', '/home/a/my "best" report.pdf'],
    ['/home/a/my\\ report\\(1\\).pdf', '/home/a/my report(1).pdf'],
    ["'/home/a/it'\\''s.pdf'", "/home/a/it's.pdf"],
    ['file:///home/a/my%20report.pdf', '/home/a/my report.pdf'],
    ['file://localhost/home/a/b', '/home/a/b'],
    ['~/notes.txt', '~/notes.txt'],
    ['C:\\Users\\a\\report.pdf', 'C:\\Users\\a\\report.pdf'],
    ['"C:\\Users\\a b\\report.pdf"', 'C:\\Users\\a b\\report.pdf'],
    // As some terminals type it: nothing is escaped.
    ['/home/a/my report.pdf', '/home/a/my report.pdf'],
    ['/home/a/50%.txt', '/home/a/50%.txt'],
  ])('F1: %s', (line, path) => {
    expect(draggedPaths(line).flat()).toContain(path);
  });

  test.each([
    'report.pdf',
    'hello /home/a',
    '',
    "it's",
    '0: /home/a/b',
    'file://host/share/x',
    'file:///%zz',
  ])('F1: %s is no path', (line) => {
    expect(draggedPaths(line)).toEqual([]);
  });

  test('F1: several files at once', () => {
    expect(draggedPaths("'/home/a b.pdf' /home/c\\ d.pdf file:///home/e")[0]).toEqual([
      '/home/a b.pdf',
      '/home/c d.pdf',
      '/home/e',
    ]);
    expect(draggedPaths("'/home/a b.pdf' and more")).toEqual([]);
  });

  test('F1: any line gives absolute paths only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (line) => {
        for (const path of draggedPaths(line).flat()) expect(path).toMatch(/^(\/|~\/|[a-z]:[\\/])/i);
      }),
    );
  });

  test('F1: an escaped path is read back as one word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (name) => {
        const path = `/${name}`;
        expect(readWord(`${escapePath(path)} and more`)).toEqual({ word: path, rest: ' and more' });
      }),
    );
  });

  test('F1: a quote without its end is no word', () => {
    expect(readWord("'/home/a")).toBeUndefined();
    expect(readWord('/home/a\\')).toBeUndefined();
  });
});
