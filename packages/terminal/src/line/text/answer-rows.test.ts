import { describe, expect, test } from 'bun:test';
import { answer } from '../../testing/fake-assistants.ts';
import { BOB, person } from '../../testing/fake-client.ts';
import { HOSTILE } from '../../testing/hostile/corpus.ts';
import { type AnswerRow, answerRows, lastWords } from './answer-rows.ts';

const WIDTHS = [1, 2, 5, 20, 40, 79, 200];
const row = (of: Parameters<typeof answer>[0], more: Partial<AnswerRow> = {}): AnswerRow => ({
  answer: answer(of),
  mine: true,
  here: false,
  stop: true,
  ...more,
});

describe('answers on their way as rows (I2, C3)', () => {
  test('I2 C3: whatever is written, and whoever asks, it is one row that fits and acts on nothing', () => {
    for (const { text } of HOSTILE)
      for (const columns of WIDTHS) {
        const by = { ...person(7, text), displayName: text };
        const rows = answerRows(
          [
            row({ kind: 'writing', text }),
            {
              ...row({ kind: 'waiting', place: 2 }),
              answer: { ...row({ kind: 'waiting', place: 2 }).answer, asker: by },
              mine: false,
            },
          ],
          columns,
        );
        expect(rows).toHaveLength(2);
        for (const one of rows) {
          expect(Bun.stringWidth(one)).toBeLessThanOrEqual(Math.max(1, columns - 1));
          expect(one).not.toMatch(/\p{Cc}/u);
        }
      }
  });

  test('I2 C3: the last three, and how many more there are', () => {
    const rows = answerRows(
      [1, 2, 3, 4, 5].map((id) => ({
        ...row({ kind: 'waiting', place: id }),
        answer: { ...answer({ kind: 'waiting', place: id }), id },
      })),
      80,
    );
    expect(rows).toEqual([
      '+ 2 more on their way',
      'assistant in #room: waiting, 3rd in line (/ai stop 3)',
      'assistant in #room: waiting, 4th in line (/ai stop 4)',
      'assistant in #room: waiting, 5th in line (/ai stop 5)',
    ]);
  });

  test('I2 C3: what does not fit goes, the least needed first', () => {
    const writing = row({ kind: 'writing', text: 'so it is that tomatoes are fruit' }, { mine: false });
    const all = { ...writing, answer: { ...writing.answer, asker: BOB } };
    expect([90, 60, 40, 24, 12].map((columns) => answerRows([all], columns)[0])).toEqual([
      'assistant for bob in #room is writing: so it is that tomatoes are fruit (/ai stop)',
      'assistant for bob in #room is writing: …tomatoes are fruit',
      'assistant is writing: …matoes are fruit',
      '…s are fruit (/ai stop)',
      '…are fruit',
    ]);
  });

  test.each([
    [1, '1st'],
    [2, '2nd'],
    [3, '3rd'],
    [4, '4th'],
    [11, '11th'],
    [12, '12th'],
    [21, '21st'],
    [101, '101st'],
    [113, '113th'],
  ])('I2 C3: place %d is %s', (place, said) => {
    expect(answerRows([row({ kind: 'waiting', place })], 80)[0]).toContain(`waiting, ${said} in line`);
  });

  test('I2 C3: last words end where the text ends, and never in half of a character', () => {
    expect(lastWords('one two three', 20)).toBe('one two three');
    expect(lastWords('one two three', 9)).toBe('…wo three');
    expect(lastWords(`${'👩‍👩‍👧'.repeat(2_000)}`, 8)).toBe('…👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧');
    expect(lastWords('half \ud83d', 20)).toBe('half');
  });
});
