import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { DeadlineHeap } from './deadlines.ts';

test('T10: items come out by their latest time, whatever was set before', () => {
  const step = fc.record({
    item: fc.nat(20),
    at: fc.oneof(fc.nat(100), fc.constant(Number.POSITIVE_INFINITY)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new DeadlineHeap<number>();
      const expected = new Map<number, number>();
      for (const { item, at } of steps) {
        heap.set(item, at);
        if (at === Number.POSITIVE_INFINITY) expected.delete(item);
        else expected.set(item, at);
      }
      const times = [...expected.values()].sort((a, b) => a - b);
      for (const time of times) {
        expect(heap.earliest).toBe(time);
        expect(heap.take(time - 1)).toBeUndefined();
        const item = heap.take(time);
        expect(expected.get(item ?? -1)).toBe(time);
        expected.delete(item ?? -1);
      }
      expect(heap.earliest).toBe(Number.POSITIVE_INFINITY);
      expect(heap.take(1e9)).toBeUndefined();
    }),
  );
});
