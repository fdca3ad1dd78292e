import { describe, expect, test } from 'bun:test';
import type { MessageView } from '../types.ts';
import { Listed } from './listed.ts';

/** Messages by sequence, each of an odd one; what is asked for is counted. */
function listing(count: number) {
  const views = new Map<number, MessageView>();
  const say = (sequence: number) => views.set(sequence, { sequence } as unknown as MessageView);
  for (let sequence = 1; sequence <= count; sequence += 2) say(sequence);
  const asked: (number | 'all')[] = [];
  const listed = new Listed({
    all: ({ first, last }) => {
      asked.push('all');
      const all = [...views.values()].filter(({ sequence }) => first <= sequence && sequence <= last);
      return all.sort((one, other) => one.sequence - other.sequence);
    },
    view: (sequence) => {
      asked.push(sequence);
      return views.get(sequence);
    },
  });
  const sequences = (last: number, first = 1) =>
    listed.of({ first, last }).map((view) => Number(view.sequence));
  return { views, say, asked, listed, sequences };
}

describe('a list of messages that is brought up to date (M9)', () => {
  test('[TIMELINE-1] what is added, replaced, gone or no message costs a look at itself', () => {
    const { views, say, asked, listed, sequences } = listing(9);
    expect(sequences(9)).toEqual([1, 3, 5, 7, 9]);
    say(11);
    listed.changed(10, 11);
    expect(sequences(11)).toEqual([1, 3, 5, 7, 9, 11]);
    say(4);
    say(5);
    views.delete(1);
    listed.changed(5, 1, 4, 99, 0);
    const now = listed.of({ first: 1, last: 11 });
    expect(now.map((view) => Number(view.sequence))).toEqual([3, 4, 5, 7, 9, 11]);
    expect(now[2]).toBe(views.get(5) as MessageView);
    expect(asked).toEqual(['all', 10, 11, 1, 4, 5]);
  });

  test('[TIMELINE-1] [SNAPSHOT-1] it is the same array where it says the same, and another stretch is another list', () => {
    const { asked, listed, sequences } = listing(9);
    const before = listed.of({ first: 1, last: 9 });
    listed.changed(3, 8);
    expect(listed.of({ first: 1, last: 9 })).toBe(before);
    expect(sequences(9, 5)).toEqual([5, 7, 9]);
    listed.void();
    expect(sequences(9, 5)).toEqual([5, 7, 9]);
    expect(asked).toEqual(['all', 3, 8, 'all', 'all']);
  });
});
