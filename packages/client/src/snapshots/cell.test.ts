import { describe, expect, test } from 'bun:test';
import { Cell } from './cell.ts';
import { Cells } from './cells.ts';
import { hasSameFields, isSameList } from './same.ts';

const microtask = () => Promise.resolve();

describe('values that stay the same until they change (C1)', () => {
  test('[SNAPSHOT-1] what is made anew and says the same is the object that was there', () => {
    let made = [1, 2];
    const cell = new Cell({ read: () => [...made], isSame: isSameList });
    const first = cell.get();
    expect(cell.get()).toBe(first);
    cell.mark();
    expect(cell.get()).toBe(first);
    made = [1, 3];
    expect(cell.get()).toBe(first);
    cell.mark();
    expect(cell.get()).toEqual([1, 3]);
    expect(first).toEqual([1, 2]);
  });

  test('[SNAPSHOT-1] listeners are called once for what comes together, and only where it is another', async () => {
    let value = 1;
    const cell = new Cell({ read: () => value });
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const stops = [cell.onChange(count), cell.onChange(count)];
    for (value = 2; value < 5; value += 1) cell.mark();
    // Reading meanwhile does not keep the news from those who listen.
    expect(cell.get()).toBe(5);
    await microtask();
    expect(calls).toBe(2);
    cell.mark();
    await microtask();
    expect(calls).toBe(2);
    stops[0]?.();
    stops[0]?.();
    value = 6;
    cell.mark();
    await microtask();
    expect(calls).toBe(3);
    stops[1]?.();
    value = 7;
    cell.mark();
    await microtask();
    expect(calls).toBe(3);
    expect(cell.get()).toBe(7);
  });

  test('[SNAPSHOT-2] interest is told at the first listener and after the last', () => {
    const told: [string, boolean][] = [];
    const cells = new Cells<string, string>({
      read: (key) => key,
      onInterest: (key, isWanted) => told.push([key, isWanted]),
    });
    const stops = ['a', 'b', 'a'].map((key) => cells.of(key).onChange(() => {}));
    expect([...cells.wanted]).toEqual(['a', 'b']);
    for (const stop of stops) stop();
    expect(told).toEqual([
      ['a', true],
      ['b', true],
      ['b', false],
      ['a', false],
    ]);
    expect([...cells.wanted]).toEqual([]);
  });

  test('[SNAPSHOT-1] one that was let go of says what is true all the same, and the same object', async () => {
    let value = 0;
    const cells = new Cells<number, { value: number }>({ read: () => ({ value }), isSame: hasSameFields });
    const kept = cells.of(-1);
    const heard = cells.of(-2);
    let calls = 0;
    heard.onChange(() => {
      calls += 1;
    });
    const before = kept.get();
    for (let key = 0; key < 10_000; key += 1) cells.of(key);
    expect(cells.of(-1)).not.toBe(kept);
    expect(kept.get()).toBe(before);
    value = 1;
    expect(kept.get()).toEqual({ value: 1 });
    const again = kept.onChange(() => {
      calls += 10;
    });
    value = 2;
    cells.mark(-1);
    cells.mark(-2);
    await microtask();
    expect(calls).toBe(11);
    again();
  });
});
