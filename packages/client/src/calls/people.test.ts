import { expect, test } from 'bun:test';
import { decodeMessage } from '@sotto/protocol';
import { UserSchema } from '@sotto/schema';
import { People } from '../sync/people.ts';
import { toPresence } from './people.ts';

test('M8: whatever number a server says, when somebody was last seen is a date that can be shown', () => {
  const people = new People(async () => []);
  const user = decodeMessage(UserSchema, new Uint8Array(), 'user');
  for (const lastSeenMs of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1]) {
    const { lastSeen } = toPresence({ user, online: false, lastSeenMs }, people) ?? {};
    expect(lastSeen?.toISOString()).toBeString();
  }
  expect(toPresence({ user, online: false, lastSeenMs: 0 }, people)?.lastSeen).toBeUndefined();
});
