import { expect, test } from 'bun:test';
import { seededRandom } from '@sotto/protocol/testing';
import fc from 'fast-check';
import { newMessageId } from './message-id.ts';

test('M7: ids of messages differ, and stand in order of time', () => {
  const random = seededRandom(1);
  const at = (now: number) => newMessageId({ clock: { now: () => now, after: () => () => {} }, random });
  expect(at(Date.UTC(2026, 0, 1) + 0.75)).toStartWith(Date.UTC(2026, 0, 1).toString(16).padStart(12, '0'));
  expect(at(5)).not.toBe(at(5));
  fc.assert(
    fc.property(fc.nat(2 ** 48 - 2), fc.nat(2 ** 20), (earlier, later) => {
      const ids = [at(earlier), at(Math.min(earlier + 1 + later, 2 ** 48 - 1))];
      expect(ids.toSorted()).toEqual(ids);
      for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    }),
  );
});
