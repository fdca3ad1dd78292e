import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { wrapLine } from './terminal.ts';

describe('lines on a screen (C3)', () => {
  test('C3: a long line goes on indented', () => {
    expect(wrapLine('[#room] bob: one two three four', 20)).toEqual([
      '[#room] bob: one',
      '    two three four',
    ]);
    expect(wrapLine('short', 20)).toEqual(['short']);
  });

  test('C3: no text starts a row of the screen by being padded', () => {
    const padded = fc.integer({ min: 0, max: 200 }).map((blanks) => `a${' '.repeat(blanks)}[#room] bob: x`);
    fc.assert(
      fc.property(padded, fc.integer({ min: 10, max: 100 }), (line, columns) => {
        const rows = wrapLine(`[#room] eve: ${line}`, columns);
        for (const row of rows.slice(1)) expect(row).toStartWith('    ');
        for (const row of rows) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('C3: wrapping loses nothing but the break', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii' }),
        fc.integer({ min: 10, max: 40 }),
        (line, columns) => {
          const joined = wrapLine(line, columns)
            .map((row, at) => (at === 0 ? row : row.slice(4)))
            .join('');
          expect(joined.replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
        },
      ),
    );
  });
});
