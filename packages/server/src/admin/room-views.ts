import type { RoomNumber } from '@sotto/model';
import { readName } from '@sotto/model';
import type { RoomRecord } from '../rooms/store.ts';
import type { AdminWorld, RoomViews } from './admin.ts';

const PAGE = 200;
const ENTRIES_MAX = 200;

export function roomViews({ accounts, rooms }: AdminWorld): RoomViews {
  return {
    async *rooms() {
      for (let after = 0 as RoomNumber; ; ) {
        const numbers = await accounts.roomNumbers(after, PAGE);
        for (const number of numbers) {
          const room = await rooms.room(number);
          if (room !== undefined && room.kind !== 'direct')
            yield { room, members: await rooms.memberCount(number) };
        }
        const last = numbers.at(-1);
        if (last === undefined) return;
        after = last;
      }
    },

    async findRoom(text): Promise<RoomRecord | undefined> {
      if (/^\d+$/.test(text)) return rooms.room(Number(text) as RoomNumber);
      const reading = readName(text.replace(/^#/, ''));
      return reading.kind === 'valid' ? rooms.roomByName(reading.key) : undefined;
    },

    audit: (room, filter) => rooms.audit(room?.number, 0, ENTRIES_MAX, filter),
  };
}
