import { describe, expect, test } from 'bun:test';
import type { Answer, AnswerState } from '@sotto/client';
import { Answers, answersIn } from './answers.ts';
import { ALICE, BOB, ManualClock, ROOM, sequence } from './testing/index.ts';

const answer = (state: AnswerState, changes: Partial<Answer> = {}): Answer => ({
  id: 7,
  assistant: BOB,
  asker: ALICE,
  room: ROOM,
  question: sequence(4),
  thread: undefined,
  state,
  ...changes,
});
const writing = (text: string) => answer({ kind: 'writing', text });

describe('answers on their way (C1, I1)', () => {
  test('the last state of each is shown, many changes at once are one', () => {
    const clock = new ManualClock();
    const answers = new Answers(clock);
    let told = 0;
    answers.all.subscribe(() => (told += 1));
    for (const text of ['a', 'a b', 'a b c']) answers.take({ kind: 'answer', answer: writing(text) });
    clock.pass(100);
    expect(told).toBe(1);
    expect(answers.all.get().get(7)?.state).toEqual({ kind: 'writing', text: 'a b c' });
  });

  test('what became a message is gone, what failed stays until it is dismissed', () => {
    const clock = new ManualClock();
    const answers = new Answers(clock);
    answers.take({ kind: 'answer', answer: writing('a') });
    answers.take({
      kind: 'answer',
      answer: answer({ kind: 'done', sequence: sequence(5), text: undefined }),
    });
    clock.pass(100);
    expect(answers.all.get().size).toBe(0);
    const failed = answer({ kind: 'failed', error: new Error('away') as never });
    answers.take({ kind: 'answer', answer: failed });
    clock.pass(100);
    expect(answers.all.get().size).toBe(1);
    answers.dismiss(7);
    expect(answers.all.get().size).toBe(0);
  });

  test('each is shown where it was asked; what only this account is told is shown elsewhere', () => {
    const clock = new ManualClock();
    const answers = new Answers(clock);
    answers.take({ kind: 'answer', answer: writing('a') });
    answers.take({
      kind: 'answer',
      answer: answer({ kind: 'writing', text: 'b' }, { id: 8, thread: sequence(2) }),
    });
    answers.take({
      kind: 'answer',
      answer: answer({ kind: 'writing', text: 'c' }, { id: 9, question: undefined }),
    });
    clock.pass(100);
    const ids = (thread: number | undefined) =>
      answersIn(answers.all.get(), ROOM.number, thread === undefined ? undefined : sequence(thread)).map(
        ({ id }) => id,
      );
    expect([ids(undefined), ids(2)]).toEqual([[7], [8]]);
  });
});
