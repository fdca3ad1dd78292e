import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { RangeSet } from './range-set.ts';

const SIZE = 60;
const step = fc.record({
  put: fc.boolean(),
  start: fc.nat({ max: SIZE }),
  end: fc.nat({ max: SIZE }),
});

const ranges = (set: RangeSet): number[][] =>
  Array.from({ length: set.count }, (_, index) => [set.start(index), set.end(index)]);

/** Of a list of flags: [start, end) of each run of them. */
function runs(flags: readonly boolean[]): number[][] {
  const found: number[][] = [];
  for (let at = 0; at < flags.length; at++) {
    if (!flags[at] || flags[at - 1]) continue;
    let end = at;
    while (flags[end]) end++;
    found.push([at, end]);
  }
  return found;
}

test('[CREDIT-2] a set of ranges is what a list of flags says, after any puts and takes', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.nat({ max: SIZE }),
      fc.nat({ max: SIZE }),
      (steps, a, b) => {
        const set = new RangeSet();
        const flags = new Array<boolean>(SIZE + 1).fill(false);
        for (const { put, start, end } of steps) {
          if (put) set.add(start, end);
          else set.remove(start, end);
          for (let at = start; at < end; at++) flags[at] = put;
        }
        expect(ranges(set)).toEqual(runs(flags));
        expect(set.total).toBe(flags.filter(Boolean).length);
        expect(set.empty).toBe(!flags.includes(true));
        const [low, high] = [Math.min(a, b), Math.max(a, b) + 1];
        expect(set.covers(low, high)).toBe(!flags.slice(low, high).includes(false) && high <= SIZE + 1);
        expect(set.endingFrom(a)).toBe(runs(flags).filter(([, end = 0]) => end < a).length);
      },
    ),
  );
});
