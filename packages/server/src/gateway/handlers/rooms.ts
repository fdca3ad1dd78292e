import { PAGE_MAX, type RoomNumber, type UserNumber } from '@sotto/model';
import { describeMembership, describeRoom, mutedUntil, wireRole } from '../../rooms/describe.ts';
import { held } from '../../rooms/directory.ts';
import type { Rooms } from '../../rooms/rooms.ts';
import type { People } from '../people.ts';
import { firstTexts } from './page-bytes.ts';
import type { HandlersOf } from './types.ts';

export interface RoomServices {
  rooms: Rooms;
  people: People;
  now: () => number;
}

type RoomFrames =
  | 'createRoom'
  | 'listRooms'
  | 'joinRoom'
  | 'readMembership'
  | 'leaveRoom'
  | 'addMember'
  | 'listMembers';

export function roomHandlers({ rooms, people, now }: RoomServices): HandlersOf<RoomFrames> {
  return {
    async createRoom({ principal }, room) {
      return { membership: describeMembership(await rooms.create(principal, room)) };
    },

    async listRooms({ principal }, { after, limit }) {
      const page = pageSize(limit);
      const visible = await rooms.visible(principal.user.number, after as RoomNumber, page + 1);
      const summaries = visible.slice(0, page).map(({ room, members, joined }) => ({
        room: describeRoom(room),
        members,
        joined,
        topic: room.settings.topic,
        archived: room.settings.archived,
      }));
      const fitting = firstTexts(summaries, ({ topic }) => topic);
      return { rooms: fitting, more: visible.length > fitting.length };
    },

    async joinRoom({ principal }, { room, code }) {
      return { membership: describeMembership(await rooms.join(principal, room, code)) };
    },

    async readMembership({ principal }, { room }) {
      return { membership: describeMembership(await rooms.readMembership(principal.user, room)) };
    },

    async leaveRoom({ principal }, { room }) {
      await rooms.leave(principal, room);
      return {};
    },

    async addMember({ principal }, { room, user }) {
      await rooms.add(principal, room, user === undefined ? undefined : await people.find(user));
      return {};
    },

    async listMembers({ principal }, { room, after, limit }) {
      const page = pageSize(limit);
      const found = await rooms.members(principal.user, room, after as UserNumber, page + 1);
      const members = found.members.slice(0, page);
      const persons = await people.describe(members.map(({ user }) => user));
      const roles = new Map(members.map(({ user, role }) => [user, role]));
      const { mutes } = found.state;
      return {
        members: persons.map((person) => {
          const number = person.user.number as UserNumber;
          return {
            ...person,
            role: wireRole(roles.get(number) ?? 'member'),
            mutedUntilMs: mutedUntil(held(mutes.get(number), now())),
          };
        }),
        more: found.members.length > page,
      };
    },
  };
}

/** What was asked for, at least 1, at most PAGE_MAX; 0 means PAGE_MAX. */
export const pageSize = (limit: number): number => (limit === 0 ? PAGE_MAX : Math.min(limit, PAGE_MAX));
