import { describe, expect, test } from 'bun:test';
import type { Item } from '@sotto/app';
import type { MessageView } from '@sotto/client';
import { newestIn, newsIn, newsWords } from './heard.ts';

const said = (sequence: number, text: string, more: Partial<MessageView> = {}): Item => {
  const view = {
    sequence,
    text,
    mine: false,
    hidden: false,
    sender: { name: 'bob', displayName: '' },
    ...more,
  };
  return { kind: 'message', view } as unknown as Item;
};
const notice = { kind: 'notice' } as unknown as Item;

describe('what is read out of a conversation (C1, T17)', () => {
  test('what others said since, in few words', () => {
    const items = [said(1, 'old'), said(2, '**hello**'), notice];
    expect(newestIn(items)).toBe(2);
    expect(newsWords(newsIn(items, 1))).toBe('bob: hello');
    expect(newsWords(newsIn([...items, said(3, 'there')], 1))).toBe('2 new messages. bob: there');
    expect(newsWords(newsIn(items, 2))).toBe('');
    expect(newestIn([notice])).toBe(0);
  });

  test('neither what I said, nor what is not shown', () => {
    const hidden = [
      said(2, 'mine', { mine: true }),
      said(3, 'blocked', { hidden: true }),
      said(4, 'gone', { deleted: { by: { number: 1 } } } as unknown as Partial<MessageView>),
    ];
    expect(newsIn(hidden, 1)).toEqual([]);
  });
});
