import { describe, expect, test } from 'bun:test';
import type { ClientEvent, JoinedRoom, Message } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';
import { type Announcement, Announcer } from './announcing.ts';
import { labelOf } from './badges.ts';

const NOW = 1_000_000_000;

/** Somebody with a room, 3, and a direct message, 4; `closed` has what was taken away, by its room. */
function stage() {
  const shown: Announcement[] = [];
  const closed: number[] = [];
  const rooms = new Map<RoomNumber, JoinedRoom>();
  const room = (number: number, kind: string, read = 0) =>
    rooms.set(number as RoomNumber, { number, kind, name: 'tea', read } as unknown as JoinedRoom);
  room(3, 'public');
  room(4, 'direct');
  let isLooking = false;
  let notifies = true;
  const announcer = new Announcer({
    isLooking: () => isLooking,
    notifies: () => notifies,
    rooms: () => rooms,
    now: () => NOW,
    show: (announcement) => {
      shown.push(announcement);
      return () => void closed.push(announcement.room);
    },
  });
  const say = (sequence: number, more: object = {}) => {
    const sender = { name: 'bob', displayName: '' };
    const message = {
      room: { number: 3, kind: 'public' },
      sequence,
      sender,
      sentAt: new Date(NOW),
      text: 'hi',
    };
    announcer.take({ kind: 'message', message: { ...message, ...more } as unknown as Message });
  };
  return {
    ...{ announcer, shown, closed, room, rooms, say },
    look: (is: boolean) => {
      isLooking = is;
    },
    mute: () => {
      notifies = false;
    },
  };
}

describe('what is announced', () => {
  test('C1: who wrote where, what it says without marks, and where it leads', () => {
    const { shown, say } = stage();
    say(7, {
      text: '**hello** _you_, see [this](https://a.example)',
      sender: { name: 'bob', displayName: 'Bob B' },
    });
    say(2, { room: { number: 4, kind: 'direct' }, text: undefined });
    say(8, { text: '', file: { name: 'cake.png' } });
    expect(shown).toEqual([
      { title: 'Bob B in tea', body: 'hello you, see this', room: 3, sequence: 7 } as unknown as Announcement,
      { title: 'bob', body: 'A new message', room: 4, sequence: 2 } as unknown as Announcement,
      { title: 'bob in tea', body: 'Sent cake.png', room: 3, sequence: 8 } as unknown as Announcement,
    ]);
  });

  test('C1 [FILENAME-1]: a file is called as it would be saved, whatever its sender made of its name', () => {
    const { shown, say } = stage();
    say(1, { text: '', file: { name: 'party\u202Egpj.exe' } });
    expect(shown[0]?.body).toBe('Sent partygpj.exe');
  });

  test('C1: a long text is cut', () => {
    const { shown, say } = stage();
    say(1, { text: 'x'.repeat(8_000) });
    expect(shown[0]?.body).toHaveLength(200);
  });

  test('C1 M9: nothing of what is looked at, is not wanted, was read elsewhere, or is old', () => {
    const { shown, say, look, mute, room } = stage();
    look(true);
    say(1);
    look(false);
    say(2, { sentAt: new Date(NOW - 5 * 60_000) });
    room(3, 'public', 9);
    say(9);
    mute();
    say(10);
    expect(shown).toEqual([]);
  });

  test('C1: it goes when it is read, deleted, or the room is left, and when the client ends', () => {
    const { announcer, closed, say, room, rooms } = stage();
    say(5);
    room(3, 'public', 4);
    announcer.look();
    expect(closed).toEqual([]);
    room(3, 'public', 5);
    announcer.look();
    expect(closed).toEqual([3]);
    say(6);
    const gone = { kind: 'messageDeleted', room: { number: 3 }, sequence: 6 as Sequence };
    announcer.take(gone as unknown as ClientEvent);
    announcer.take(gone as unknown as ClientEvent);
    expect(closed).toEqual([3, 3]);
    say(7);
    rooms.delete(3 as RoomNumber);
    announcer.look();
    expect(closed).toHaveLength(3);
    room(4, 'direct');
    say(8, { room: { number: 4, kind: 'direct' } });
    announcer.closeAll();
    expect(closed).toEqual([3, 3, 3, 4]);
  });
});

test('C1: a badge has room for one digit', () => {
  expect([1, 9, 10, 300, 'dot' as const].map(labelOf)).toEqual(['1', '9', '9+', '9+', '']);
});
