import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { ByteWriter } from '../wire/bytes.ts';
import { RunQueue } from './run-queue.ts';

const copied = (queue: RunQueue, start: number, end: number): number[] => {
  const writer = new ByteWriter(new Uint8Array(end - start));
  queue.copy(writer, start, end);
  return [...writer.written];
};

test('T4 any part of what is held is copied across runs, and released runs are let go of', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(lengths, fc.nat(), fc.nat(), fc.nat(), (runs, a, b, c) => {
      const queue = new RunQueue();
      let label = 0;
      for (const length of runs) queue.push(Uint8Array.from({ length }, () => label++));
      expect(queue.end).toBe(label);
      const [gone = 0, start = 0, end = 0] = [a, b, c].map((n) => n % (label + 1)).sort((x, y) => x - y);
      const before = queue.count;
      const released = queue.release(gone);
      expect(queue.count).toBe(before - released);
      let whole = 0;
      let count = 0;
      for (const length of runs) {
        whole += length;
        if (whole <= gone) count++;
      }
      expect(released).toBe(count);
      expect(copied(queue, start, end)).toEqual(Array.from({ length: end - start }, (_, at) => start + at));
    }),
  );
});

test('T4 a queue that is never empty does not grow for ever, and a released byte is a defect', () => {
  const queue = new RunQueue();
  for (let at = 0; at < 10_000; at++) {
    queue.push(Uint8Array.of(at));
    queue.push(Uint8Array.of(at));
    queue.release(2 * at);
    expect(queue.count).toBe(2);
    expect(copied(queue, 2 * at, 2 * at + 2)).toEqual([at & 255, at & 255]);
  }
  queue.release(queue.end);
  expect(queue.count).toBe(0);
  expect(() => copied(queue, 5, 6)).toThrow('gone');
});
