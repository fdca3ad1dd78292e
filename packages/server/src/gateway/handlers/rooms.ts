import { PAGE_MAX, type RoomNumber, type RoomRole, standingOf, type UserNumber } from '@sotto/model';
import { describeMembership, describeRoom, mutedUntil, wireRole } from '../../rooms/describe.ts';
import { held } from '../../rooms/directory.ts';
import type { Rooms } from '../../rooms/rooms.ts';
import type { MemberRecord } from '../../rooms/store.ts';
import type { People, PersonFields } from '../people.ts';
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

interface MemberPage {
  persons: readonly PersonFields[];
  roleOf(person: PersonFields): RoomRole;
  more: boolean;
}

function lobbyRole(user: PersonFields['user']): RoomRole {
  const standing = standingOf('lobby', undefined, user);
  return standing === 'none' ? 'member' : standing;
}

export function roomHandlers({ rooms, people, now }: RoomServices): HandlersOf<RoomFrames> {
  /** Nobody joins the lobby: who has an account is in it [ROOM-3]. */
  const everybody = async (after: UserNumber, page: number): Promise<MemberPage> => {
    const { people: persons, more } = await people.roster(after, page);
    return { persons, roleOf: ({ user }) => lobbyRole(user), more };
  };
  const those = async (members: readonly MemberRecord[], page: number): Promise<MemberPage> => {
    const shown = members.slice(0, page);
    const roles = new Map(shown.map(({ user, role }) => [user, role]));
    const persons = await people.describe(shown.map(({ user }) => user));
    const roleOf = ({ user }: PersonFields) => roles.get(user.number) ?? 'member';
    return { persons, roleOf, more: members.length > page };
  };
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
      const above = after as UserNumber;
      const page = pageSize(limit);
      const found = await rooms.members(principal.user, room, above, page + 1);
      const { record, mutes } = found.state;
      const { persons, roleOf, more } =
        record.kind === 'lobby' ? await everybody(above, page) : await those(found.members, page);
      return {
        members: persons.map((person) => {
          const mute = held(mutes.get(person.user.number), now());
          return { ...person, role: wireRole(roleOf(person)), mutedUntilMs: mutedUntil(mute) };
        }),
        more,
      };
    },
  };
}

/** What was asked for, at least 1, at most PAGE_MAX; 0 means PAGE_MAX. */
export const pageSize = (limit: number): number => (limit === 0 ? PAGE_MAX : Math.min(limit, PAGE_MAX));
