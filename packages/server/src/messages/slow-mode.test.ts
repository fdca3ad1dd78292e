import { expect, test } from 'bun:test';
import type { RoomNumber, Sequence, UserNumber } from '@sotto/model';
import type { Asker, RoomState } from '../rooms/directory.ts';
import { NEW_ROOM } from '../rooms/rooms.ts';
import { SlowMode } from './slow-mode.ts';

const REMEMBERED = 100_000;

test('[SLOW-1] of more members than are remembered, those who were silent longest are forgotten first', () => {
  const slowMode = new SlowMode();
  const members = new Map(
    Array.from({ length: REMEMBERED + 1 }, (_, index) => [
      (index + 1) as UserNumber,
      { role: 'member' as const, since: 1 as Sequence },
    ]),
  );
  const room: RoomState = {
    record: {
      number: 2 as RoomNumber,
      kind: 'public',
      name: 'tea',
      directUsers: undefined,
      createdMs: 0,
      settings: { ...NEW_ROOM, slowModeSeconds: 60 },
    },
    members,
    bans: new Map(),
    mutes: new Map(),
  };
  const asker = (number: number): Asker => ({
    number: number as UserNumber,
    owner: false,
    administrator: false,
  });
  for (const number of members.keys()) slowMode.take(room, asker(number), 1_000);
  expect(() => slowMode.take(room, asker(2), 60_999)).toThrow('slow mode');
  slowMode.take(room, asker(1), 1_000);
  expect(() => slowMode.take(room, asker(REMEMBERED + 1), 1_000)).toThrow('slow mode');
  slowMode.take(room, asker(3), 61_000);
});
