import { describe, expect, test } from 'bun:test';
import type { TimelineItem } from '@sotto/client';
import { ALICE, BOB, minutesAfterNoon, NOON, onItsWay, said, sequence, view } from '../testing/index.ts';
import { buildItems, type RowInput } from './build.ts';

const input = (items: readonly TimelineItem[], changes: Partial<RowInput> = {}): RowInput => ({
  items,
  message: (at) =>
    items.flatMap((each) =>
      each.kind === 'message' && each.message.sequence === at ? [each.message] : [],
    )[0],
  newAfter: undefined,
  notices: [],
  answers: [],
  uploads: [],
  isThread: false,
  ...changes,
});
const heads = (items: readonly TimelineItem[], changes?: Partial<RowInput>) =>
  buildItems(input(items, changes)).map(({ isHead }) => isHead);
const deleted = { deleted: { by: ALICE, at: NOON }, text: undefined };

describe('rows of a conversation (C1)', () => {
  test('messages of one author within five minutes of the first are a group', () => {
    const at = (minutes: number) => ({ sentAt: minutesAfterNoon(minutes) });
    const items = [
      said(view(1, at(0))),
      said(view(2, at(3))),
      said(view(3, at(4.9))),
      said(view(4, at(5.1))),
    ];
    expect(heads(items)).toEqual([true, false, false, true]);
  });

  test('another author, an answer, a new day and what is new begin a group', () => {
    expect(heads([said(view(1)), said(view(2, { sender: ALICE })), said(view(3))])).toEqual([
      true,
      true,
      true,
    ]);
    expect(heads([said(view(1)), said(view(2, { replyTo: sequence(1) }))])).toEqual([true, true]);
    const midnight = new Date(2026, 10, 22);
    const evening = new Date(midnight.getTime() - 1000);
    const days = buildItems(input([said(view(1, { sentAt: evening })), said(view(2, { sentAt: midnight }))]));
    expect(days.map(({ isFirstOfDay, isHead }) => [isFirstOfDay, isHead])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(heads([said(view(1)), said(view(2))], { newAfter: sequence(1) })).toEqual([true, true]);
  });

  test('the line of what is new stands once, above the first message of others', () => {
    const items = [said(view(1)), said(view(2, { sender: ALICE })), said(view(3)), said(view(4))];
    const rows = buildItems(input(items, { newAfter: sequence(1) }));
    expect(rows.map(({ isFirstNew }) => isFirstNew)).toEqual([false, false, true, false]);
    expect(buildItems(input(items)).some(({ isFirstNew }) => isFirstNew)).toBe(false);
  });

  test('a deleted message leaves a row only where something refers to it', () => {
    const plain = buildItems(input([said(view(1, deleted)), said(view(2))]));
    expect(plain.map(({ key }) => key)).toEqual([said(view(2)).key]);
    const answered = [said(view(1, deleted)), said(view(2, { replyTo: sequence(1) }))];
    expect(buildItems(input(answered))).toHaveLength(2);
    const threaded = view(1, { ...deleted, replies: { count: 1, last: sequence(2), lastAt: NOON } });
    expect(buildItems(input([said(threaded)]))).toHaveLength(1);
  });

  test('messages of threads are shown in their thread', () => {
    const items = [
      said(view(1)),
      said(view(2, { thread: sequence(1) })),
      onItsWay(9, { thread: sequence(1) }),
    ];
    expect(buildItems(input(items))).toHaveLength(1);
    expect(buildItems(input(items, { isThread: true }))).toHaveLength(3);
  });

  test('what is pending keeps its key when it becomes a message, and goes on with the group', () => {
    const first = said(view(8, { sender: ALICE }));
    const before = buildItems(input([first, onItsWay(9)]));
    const after = buildItems(input([first, said(view(9, { sender: ALICE }))]), before);
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
    expect([before[1]?.isHead, after[1]?.isHead]).toEqual([false, false]);
    expect([before[1]?.kind, after[1]?.kind]).toEqual(['pending', 'message']);
    expect(after[0]).toBe(before[0]);
  });

  test('rows that say the same are the same objects', () => {
    const items = [said(view(1)), said(view(2))];
    const before = buildItems(input(items));
    expect(buildItems(input(items), before)).toBe(before);
  });

  test('an answer that is written has a row until its message has one, whichever is told of first', () => {
    const answer = {
      id: 7,
      assistant: BOB,
      asker: ALICE,
      room: view(1).room,
      question: sequence(1),
      thread: undefined,
      state: { kind: 'writing' as const, text: 'so' },
    };
    const question = said(view(1, { sender: ALICE }));
    const kinds = (...items: TimelineItem[]) =>
      buildItems(input(items, { answers: [answer] })).map(({ kind }) => kind);
    expect(kinds(question)).toEqual(['message', 'answer']);
    expect(kinds(question, said(view(2, { replyTo: sequence(1) })))).toEqual(['message', 'message']);
  });

  test('a file that is on its way has a row until its message has one', () => {
    const item = onItsWay(9);
    const { clientMessageId: id, room } = item.message;
    const transfer = {
      id,
      kind: 'upload' as const,
      room: room.number,
      thread: undefined,
      at: NOON,
      name: 'a.txt',
      file: { sizeBytes: 9, mediaType: 'text/plain', preview: undefined },
      isKept: false,
      state: { kind: 'moving' as const, progress: undefined },
      cancel: () => {},
    };
    expect(buildItems(input([], { uploads: [transfer] })).map(({ kind }) => kind)).toEqual(['upload']);
    expect(buildItems(input([item], { uploads: [transfer] })).map(({ kind }) => kind)).toEqual(['pending']);
  });
});
