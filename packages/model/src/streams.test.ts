import { expect, test } from 'bun:test';
import fc from 'fast-check';
import type { RoomNumber, UserNumber } from './ids.ts';
import { LOBBY } from './ids.ts';
import { inboxStream, roomStream, streamOwner } from './streams.ts';

const NUMBER_MAX = 2 ** 30 - 1;

test('a stream id says whose stream it is [STREAM-1]', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: NUMBER_MAX }), (number) => {
      const room = number as RoomNumber;
      const user = number as UserNumber;
      expect(streamOwner(roomStream(room))).toEqual({ kind: 'room', room });
      expect(streamOwner(inboxStream(user))).toEqual({ kind: 'inbox', user });
      expect(streamOwner(4 * number + 2)).toMatchObject({ kind: 'device', device: number });
      expect(streamOwner(4 * number + 3)).toBeUndefined();
    }),
  );
  expect(Number(roomStream(LOBBY))).toBe(4);
});

test('numbers that are no stream have no owner [STREAM-1]', () => {
  for (const id of [0, 1, 2, 3, -4, 4.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect(streamOwner(id)).toBeUndefined();
  }
});
