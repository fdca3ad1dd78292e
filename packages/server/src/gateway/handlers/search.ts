/** Full text (M9). */
import { streamOwner } from '@sotto/model';
import { toMessage } from '../../events/frames.ts';
import { describeState } from '../../messages/describe.ts';
import { authorize, type RoomDirectory } from '../../rooms/directory.ts';
import { readSearch, writeCursor } from '../../search/request.ts';
import type { Search } from '../../search/search.ts';
import type { HandlersOf } from './types.ts';

export interface SearchServices {
  search: Search;
  directory: RoomDirectory;
  now: () => number;
}

export function searchHandlers({ search, directory, now }: SearchServices): HandlersOf<'searchMessages'> {
  return {
    async searchMessages({ principal: { user } }, message) {
      const request = readSearch(message);
      for (const stream of request.streams) {
        const owner = streamOwner(stream);
        const room = owner?.kind === 'room' ? await directory.find(owner.room) : undefined;
        authorize(room, user, 'read', now());
      }
      const { events, states, next } = await search.find(user, request);
      return {
        events: events.map(toMessage),
        states: states.map(({ stream, state }) => ({ stream, state: describeState(state) })),
        cursor: writeCursor(next),
      };
    },
  };
}
