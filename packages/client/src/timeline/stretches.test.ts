import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { Stretches } from './stretches.ts';

test('[TIMELINE-2] whatever is loaded in whatever order, the stretches are the longest runs of it', () => {
  const range = fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 8 }))
    .map(([first, more]) => ({ first, last: first + more }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), fc.integer({ min: 0, max: 70 }), (ranges, cut) => {
      const stretches = new Stretches();
      const loaded = new Set<number>();
      for (const each of ranges) {
        stretches.add(each);
        for (let at = each.first; at <= each.last; at += 1) loaded.add(at);
      }
      stretches.cutBefore(cut);
      for (let at = 1; at < cut; at += 1) loaded.delete(at);
      for (let at = 1; at <= 70; at += 1) {
        let first = at;
        while (loaded.has(first - 1)) first -= 1;
        let last = at;
        while (loaded.has(last + 1)) last += 1;
        expect(stretches.at(at)).toEqual(loaded.has(at) ? { first, last } : undefined);
      }
      expect(stretches.last?.last).toBe(loaded.size === 0 ? undefined : Math.max(...loaded));
    }),
    { numRuns: 300 },
  );
});
