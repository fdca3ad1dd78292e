import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { seeded } from './mutate.ts';
import { EventQueue } from './queue.ts';

test('tasks run in order of time, then of setting, also those set meanwhile', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, count) => {
      const number = seeded(seed);
      const queue = new EventQueue();
      const set: { at: number; order: number }[] = [];
      const ran: { at: number; order: number }[] = [];
      const add = () => {
        const task = { at: queue.now + number(20), order: set.length };
        set.push(task);
        queue.at(task.at, () => {
          expect(queue.now).toBe(task.at);
          ran.push(task);
          if (set.length < 2 * count && number(3) === 0) add();
        });
      };
      for (let index = 0; index < count; index++) add();
      queue.run(queue.now + 10_000);
      expect(ran).toEqual(set.toSorted((a, b) => a.at - b.at || a.order - b.order));
    }),
  );
});
