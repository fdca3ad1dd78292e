/** Roster, presence, looking people up (M8). */
import { PAGE_MAX, type UserNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { describeUser } from '../../rooms/describe.ts';
import type { Presence } from '../../rooms/presence.ts';
import type { ClientConnection } from '../connection.ts';
import type { People } from '../people.ts';
import { pageSize } from './rooms.ts';
import type { HandlersOf } from './types.ts';

type PeopleFrames = 'readRoster' | 'watchPresence' | 'lookUpUsers';

export function peopleHandlers({
  people,
  presence,
}: {
  people: People;
  presence: Presence<ClientConnection>;
}): HandlersOf<PeopleFrames> {
  return {
    async readRoster(_connection, { after, limit, onlineOnly }) {
      const page = pageSize(limit);
      return onlineOnly ? people.online(after as UserNumber, page) : people.roster(after as UserNumber, page);
    },

    async watchPresence(connection, { users }) {
      checkCount(users.length);
      const watched = [...new Set(users)] as UserNumber[];
      const described = await people.describe(watched);
      const known = described.map(({ user }) => user.number as UserNumber);
      // Nothing would end the watching of a connection that has closed meanwhile.
      if (connection.open) presence.watch(connection, known);
      return { people: described };
    },

    async lookUpUsers(_connection, { users }) {
      checkCount(users.length);
      const found = await people.findAll(users);
      return { users: found.map((user) => (user === undefined ? {} : describeUser(user))) };
    },
  };
}

function checkCount(users: number): void {
  if (users > PAGE_MAX)
    throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${users} users, at most ${PAGE_MAX}`);
}
