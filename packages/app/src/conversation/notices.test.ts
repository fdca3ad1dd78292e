import { describe, expect, test } from 'bun:test';
import type { TimelineItem } from '@sotto/client';
import { BOB, joined, NOON, onItsWay, ROOM, said, sequence, view } from '../testing/index.ts';
import { buildItems, type RowInput } from './build.ts';

const input = (items: readonly TimelineItem[], notices: RowInput['notices']): RowInput => ({
  items,
  message: () => undefined,
  newAfter: undefined,
  notices,
  answers: [],
  uploads: [],
  isThread: false,
});

describe('what happens beside messages, between them (C1, M10)', () => {
  test('stands at its place, what comes without a message in between in one row; a group of messages ends there', () => {
    const rows = buildItems(
      input(
        [said(view(2)), said(view(5)), said(view(6)), onItsWay(9)],
        [joined(1), joined(3), joined(4), joined(7)],
      ),
    );
    expect(
      rows.map((row) =>
        row.kind === 'notice' ? row.notices.map((each) => Number(each.sequence)) : row.kind,
      ),
    ).toEqual([[1], 'message', [3, 4], 'message', 'message', [7], 'pending']);
    expect(rows.filter(({ kind }) => kind === 'message').map(({ isHead }) => isHead)).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('a row that says the same stays the same object, also where another one grew', () => {
    const [first, second, third] = [joined(1), joined(3), joined(4)];
    const items = [said(view(2))];
    const before = buildItems(input(items, [first, second]));
    expect(buildItems(input(items, [first, second]), before)).toBe(before);
    const after = buildItems(input(items, [first, second, third]), before);
    expect(after[0]).toBe(before[0] as (typeof before)[0]);
    expect(after[2]).not.toBe(before[2] as (typeof before)[2]);
    expect(after[2]?.key).toBe(before[2]?.key ?? '');
  });

  test('in direct messages nobody joins, and what is pinned is told', () => {
    const room = { ...ROOM, kind: 'direct' as const };
    const join = joined(1);
    const direct = { ...join, event: { ...join.event, room } };
    const target = sequence(2);
    const pinned = {
      sequence: sequence(3),
      at: NOON,
      by: BOB,
      event: { kind: 'messagePinned' as const, room, sequence: sequence(3), by: BOB, at: NOON, target },
    };
    const rows = buildItems(input([said(view(2))], [direct, pinned]));
    expect(rows.map(({ kind }) => kind)).toEqual(['message', 'notice']);
  });
});
