import { describe, expect, test } from 'bun:test';
import { aroundFirst, piecesOf } from './marked.ts';

const marked = (text: string, ...words: string[]) =>
  piecesOf(text, words)
    .map(({ text: piece, isMarked }) => (isMarked ? `[${piece}]` : piece))
    .join('');

describe('words that were found (M9, C1)', () => {
  test('are marked as a whole where they begin so, whatever their case and accents', () => {
    expect(marked('Tomatoes, and a tomato', 'tomat')).toBe('[Tomatoes], and a [tomato]');
    expect(marked('Café au lait', 'cafe')).toBe('[Café] au lait');
    expect(marked('at last, and last at', 'at last')).toBe('[at last], and last at');
    expect(marked('automat', 'tomat')).toBe('automat');
  });

  test('nothing of the text is lost, and signs mean themselves', () => {
    expect(marked('a.b (c) [x]', '(c)', '.')).toBe('a.b [(c)] [x]');
    expect(marked('plain')).toBe('plain');
    expect(marked('', 'x')).toBe('');
  });

  test('long texts are cut before the first of them', () => {
    const long = `${'word '.repeat(60)}needle and more`;
    const cut = aroundFirst(['needle'])(long);
    expect(cut).toStartWith('…');
    expect(cut).toEndWith('needle and more');
    expect(cut.length).toBeLessThan(90);
    expect(aroundFirst(['word'])(long)).toBe(long);
  });
});
