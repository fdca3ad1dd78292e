/** Which rows of a long list are in the page: what is seen is always drawn, and never much more. */
import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { DrawnRows } from './drawn-rows.ts';

const WINDOW_PX = 600;
const keyed = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({ key: `${from + at}` }));

function listOf(count: number, at: number | 'end' = 'end') {
  const rows = new DrawnRows();
  rows.begin(keyed(0, count), at, WINDOW_PX);
  return rows;
}

const keysOf = ({ items, from, to }: DrawnRows<{ key: string }>) =>
  items.slice(from, to).map(({ key }) => key);

/** As a page does: what is drawn is measured, then more or less is drawn, until nothing changes. */
function settle(rows: DrawnRows<{ key: string }>, top: number, heightOf: (key: string) => number) {
  const span = () => {
    const height = keysOf(rows).reduce((sum, key) => sum + heightOf(key), 0);
    return { top: rows.abovePx, bottom: rows.abovePx + height };
  };
  for (let tries = 0; tries < 40; tries += 1) {
    for (const key of keysOf(rows)) rows.measured(key, heightOf(key));
    if (!rows.cover({ top, bottom: top + WINDOW_PX }, span())) return span();
  }
  throw new Error('it never settles');
}

describe('the rows of a long list that are drawn (C1, T17)', () => {
  test('wherever one scrolls to, what is seen is drawn, and a bounded part beside it', () => {
    const heights = fc.array(fc.integer({ min: 24, max: 900 }), { minLength: 1, maxLength: 400 });
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(heights, places, (all, tops) => {
        const heightOf = (key: string) => all[Number(key)] ?? 0;
        const rows = listOf(all.length);
        for (const part of tops) {
          const total = rows.abovePx + rows.belowPx + sum(keysOf(rows).map(heightOf));
          const top = Math.max(0, part * (total - WINDOW_PX));
          const drawn = settle(rows, top, heightOf);
          if (rows.from > 0) expect(drawn.top).toBeLessThanOrEqual(top - 200);
          if (rows.to < all.length) expect(drawn.bottom).toBeGreaterThanOrEqual(top + WINDOW_PX + 200);
          expect(rows.to - rows.from).toBeLessThanOrEqual((WINDOW_PX + 2 * 700) / 24 + 2);
          expect(rows.to).toBeGreaterThan(rows.from);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('what is loaded before and after leaves the same rows drawn', () => {
    const rows = listOf(300, 150);
    const before = keysOf(rows);
    rows.follow(keyed(-100, 300), false, WINDOW_PX);
    expect(keysOf(rows)).toEqual(before);
    rows.follow(keyed(-100, 420), false, WINDOW_PX);
    expect(keysOf(rows)).toEqual(before);
    expect(rows.abovePx).toBe(48 * rows.from);
    expect(rows.belowPx).toBe(48 * (520 - rows.to));
  });

  test('at the end what comes is drawn, however much comes at once; away from it, it is not', () => {
    const rows = listOf(300);
    const first = keysOf(rows)[0];
    rows.follow(keyed(0, 302), true, WINDOW_PX);
    expect([keysOf(rows)[0], keysOf(rows).at(-1)]).toEqual([first, '301']);
    rows.follow(keyed(0, 900), true, WINDOW_PX);
    expect(keysOf(rows).at(-1)).toBe('899');
    expect(rows.to - rows.from).toBeLessThan(90);
    rows.follow(keyed(0, 950), false, WINDOW_PX);
    expect(keysOf(rows).at(-1)).toBe('899');
  });

  test('rows that are gone leave the others; where all of them are gone it is the end', () => {
    const rows = listOf(300, 150);
    const before = keysOf(rows);
    const dropped = new Set([before[0], before[3], before.at(-1)]);
    const left = before.filter((key) => !dropped.has(key));
    rows.follow(
      keyed(0, 300).filter(({ key }) => !dropped.has(key)),
      false,
      WINDOW_PX,
    );
    expect(keysOf(rows)).toEqual(left);
    rows.follow(keyed(1_000, 1_100), false, WINDOW_PX);
    expect(keysOf(rows).at(-1)).toBe('1099');
  });

  test('a row that is asked for is drawn with what is around it', () => {
    const rows = listOf(5_000);
    rows.reach(2_500, WINDOW_PX);
    expect([rows.has(2_500), rows.has(2_490), rows.has(2_510)]).toEqual([true, true, true]);
    const drawn = keysOf(rows);
    rows.reach(2_501, WINDOW_PX);
    expect(keysOf(rows)).toEqual(drawn);
    rows.reach('end', WINDOW_PX);
    expect(rows.has(4_999)).toBe(true);
  });
});

const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
