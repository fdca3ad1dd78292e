import { describe, expect, test } from 'bun:test';
import type { TransferProgress } from '@sotto/client';
import fc from 'fast-check';
import { HOSTILE } from '../../testing/hostile/corpus.ts';
import type { Transfer } from '../files/transfers.ts';
import { progressRow, progressRows, progressText } from './progress.ts';

const moving: TransferProgress = {
  phase: 'moving',
  doneBytes: 1_100_000,
  totalBytes: 3_200_000,
  bytesPerSecond: 512_000,
  remainingMs: 4_100,
};
const transfer = (changes: Partial<Transfer> = {}): Transfer => ({
  number: 1,
  direction: 'send',
  name: 'report.pdf',
  where: '#general',
  line: 1,
  progress: moving,
  ...changes,
});

describe('the row of a transfer (F1, C3)', () => {
  test('F1: says how far it is, how fast, and how long it takes', () => {
    expect(progressRow(transfer(), 120)).toBe(
      '1 -> report.pdf #general [######--------------] 34 % sending, 1.1 MB of 3.2 MB, 512 kB/s, 5 s left',
    );
  });

  test('F1: in a narrow terminal the least needed goes first', () => {
    const rows = [80, 60, 40, 24, 18, 8].map((columns) => progressRow(transfer(), columns));
    expect(rows).toEqual([
      '1 -> report.pdf [###-------] 34 % sending, 512 kB/s, 5 s left',
      '1 -> report.pdf 34 % sending, 5 s left',
      '1 -> report.pdf 34 % sending, 5 s left',
      '1 -> report.pdf 34 %',
      '34 % report.pdf',
      '34 % r…',
    ]);
  });

  test.each([
    ['hashing', 'reading, 34 %, 1.1 MB of 3.2 MB, 512 kB/s, 5 s left'],
    ['waiting', 'waiting, 34 %, 1.1 MB of 3.2 MB'],
    ['finishing', 'finishing, 34 %, 1.1 MB of 3.2 MB'],
  ] as const)('F1: %s', (phase, text) => {
    expect(progressText(transfer({ progress: { ...moving, phase } }))).toBe(text);
  });

  test('F1: before anything is known, and of an empty file', () => {
    expect(progressRow(transfer({ progress: undefined }), 80)).toBe('1 -> report.pdf #general beginning');
    const empty = { ...moving, doneBytes: 0, totalBytes: 0 };
    expect(progressRow(transfer({ progress: empty }), 30)).toBe('1 -> report.pdf 100 %');
  });

  test('F1 C3: is one row, narrower than the terminal, whatever the file is called and whatever the numbers are', () => {
    const names = fc.oneof(
      fc.constantFrom(...HOSTILE.map(({ text }) => text)),
      fc.string({ unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(
        names,
        fc.integer({ min: 4, max: 200 }),
        fc.record({
          phase: fc.constantFrom('hashing', 'moving', 'waiting', 'finishing'),
          doneBytes: fc.double(),
          totalBytes: fc.double(),
          bytesPerSecond: fc.double(),
          remainingMs: fc.option(fc.double(), { nil: undefined }),
        }),
        (name, columns, progress) => {
          const row = progressRow(transfer({ name, progress }), columns);
          expect(Bun.stringWidth(row)).toBeLessThan(columns);
          expect(row).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        },
      ),
    );
  });

  test('F1: many at a time leave room for the conversation', () => {
    const all = Array.from({ length: 9 }, (_, index) => transfer({ number: index + 1 }));
    const rows = progressRows(all, 80);
    expect(rows).toHaveLength(5);
    expect(rows.at(-1)).toBe('+ 5 more: /transfers');
    expect(progressRows(all.slice(0, 5), 80)).toHaveLength(5);
  });
});
