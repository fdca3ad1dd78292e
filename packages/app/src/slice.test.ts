import { describe, expect, test } from 'bun:test';
import { derived } from './derived.ts';
import { kept, Slice } from './slice.ts';

describe('values that say when they change (C1)', () => {
  test('a slice tells of each change, and of none that is none', () => {
    const slice = new Slice(1);
    let told = 0;
    const end = slice.subscribe(() => (told += 1));
    slice.set(1);
    expect(told).toBe(0);
    slice.set(2);
    expect([told, slice.get()]).toEqual([1, 2]);
    end();
    slice.set(3);
    expect(told).toBe(1);
  });

  test('the same listener twice is two subscriptions', () => {
    const slice = new Slice(1);
    let told = 0;
    const listener = () => (told += 1);
    const end = slice.subscribe(listener);
    slice.subscribe(listener);
    end();
    slice.set(2);
    expect(told).toBe(1);
  });

  test('a listener that ends another one while it is told breaks nothing', () => {
    const slice = new Slice(1);
    let told = 0;
    const end = slice.subscribe(() => end());
    slice.subscribe(() => (told += 1));
    slice.set(2);
    slice.set(3);
    expect(told).toBe(2);
  });

  test('a derived value is the same object until one of its sources is another', () => {
    const names = new Slice<readonly string[]>(['a', 'b']);
    const prefix = new Slice('#');
    const both = derived([names, prefix], ([list, sign]) => list.map((name) => `${sign}${name}`));
    const before = both.get();
    expect(both.get()).toBe(before);
    prefix.set('@');
    expect(both.get()).toEqual(['@a', '@b']);
    expect(both.get()).not.toBe(before);
  });

  test('what says the same stays the same object, to the first level and dates by their time', () => {
    const before = [
      { key: 'a', at: new Date(1), to: 1 },
      { key: 'b', at: new Date(2), to: 2 },
    ];
    const same = before.map((each) => ({ ...each, at: new Date(each.at) }));
    const keyOf = ({ key }: { key: string }) => key;
    expect(kept(before, same, keyOf)).toBe(before);
    const [first, second] = kept(
      before,
      [same[0] ?? { key: '', at: new Date(), to: 0 }, { key: 'b', at: new Date(2), to: 3 }],
      keyOf,
    );
    expect(first).toBe(before[0]);
    expect(second).toEqual({ key: 'b', at: new Date(2), to: 3 });
  });
});
