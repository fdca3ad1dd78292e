/** The rooms of the server, for its administrators [ADMIN-5]. What is said in them, and what private ones are called, is not for them. */
import { PAGE_MAX } from '@sotto/model';
import type { RoomStore, ServerRoomRecord, WantedRooms } from './store.ts';

export class ServerRooms {
  readonly #store: Pick<RoomStore, 'serverRooms'>;

  constructor(store: Pick<RoomStore, 'serverRooms'>) {
    this.#store = store;
  }

  /** Ascending by number, one more than `limit` where there is one. */
  async page({ limit, ...wanted }: WantedRooms): Promise<readonly ServerRoomRecord[]> {
    const found = await this.#store.serverRooms({ ...wanted, limit: Math.min(limit, PAGE_MAX) + 1 });
    return found.map((entry) =>
      entry.room.kind === 'private' ? { ...entry, room: { ...entry.room, name: '' } } : entry,
    );
  }
}
