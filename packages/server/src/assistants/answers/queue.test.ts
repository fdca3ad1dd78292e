import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { AnswerQueue, WAITING_MAX } from './queue.ts';

const item = (account: number, id = 0) => ({ account, id });
type Item = ReturnType<typeof item>;

describe('whose turn it is (I3)', () => {
  test('[BUDGET-3] so many are written, the others wait in order and know their place', () => {
    const queue = new AnswerQueue<Item>({ parallel: 2, bound: 10 });
    const [a, b, c, d] = [item(1), item(2), item(3), item(4)];
    expect([a, b, c, d].map((one) => queue.add(one, one.account))).toEqual([
      'running',
      'running',
      'waiting',
      'waiting',
    ]);
    expect([a, c, d].map((one) => queue.place(one))).toEqual([0, 1, 2]);
    expect(queue.remove(a)).toEqual([c]);
    expect(queue.place(d)).toBe(1);
    expect(queue.remove(d)).toEqual([]);
    expect(queue.running.size + [...queue.waiting].length).toBe(2);
  });

  test('[BUDGET-3] beyond three of one account, and beyond the bound of all, it is busy', () => {
    const queue = new AnswerQueue<Item>({ parallel: 1, bound: 5 });
    const add = (account: number) => queue.add(item(account), account);
    expect([1, 1, 1, 1, 1].map(add)).toEqual(['running', 'waiting', 'waiting', 'waiting', 'busy']);
    expect([2, 3, 4].map(add)).toEqual(['waiting', 'waiting', 'busy']);
    expect(queue.takes(2)).toBe(false);
  });

  test('[BUDGET-3] whatever comes and goes: bounded, in order, and nobody waits where there is room', () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ remove: fc.nat(20) }),
    );
    const sizes = fc.record({
      parallel: fc.integer({ min: 1, max: 4 }),
      bound: fc.integer({ min: 0, max: 8 }),
    });
    fc.assert(
      fc.property(sizes, fc.array(step, { maxLength: 80 }), (options, steps) => {
        const queue = new AnswerQueue<Item>(options);
        const order: Item[] = [];
        const started: Item[] = [];
        let ids = 0;
        for (const one of steps) {
          if ('add' in one) {
            const added = item(one.add, ++ids);
            const result = queue.add(added, one.add);
            if (result !== 'busy') order.push(added);
            if (result === 'running') started.push(added);
          } else {
            const all = [...queue.running, ...queue.waiting];
            const gone = all[one.remove % Math.max(1, all.length)];
            if (gone === undefined) continue;
            started.push(...queue.remove(gone));
            if (!started.includes(gone)) order.splice(order.indexOf(gone), 1);
          }
          const waiting = [...queue.waiting];
          expect(queue.running.size).toBeLessThanOrEqual(options.parallel);
          expect(waiting.length).toBeLessThanOrEqual(options.bound);
          if (waiting.length > 0) expect(queue.running.size).toBe(options.parallel);
          for (const account of [1, 2, 3, 4])
            expect(waiting.filter((one) => one.account === account).length).toBeLessThanOrEqual(WAITING_MAX);
          expect(waiting.map((one) => queue.place(one))).toEqual(waiting.map((_, index) => index + 1));
          // Whoever came first was begun first.
          expect(started).toEqual(order.slice(0, started.length));
        }
      }),
    );
  });
});
