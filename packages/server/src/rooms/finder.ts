/** Rooms as requests name them. */
import type { RoomNumber } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, type RoomReference } from '@sotto/schema';
import { type Asker, authorize, type RoomDirectory, type RoomState } from './directory.ts';
import type { RoomStore } from './store.ts';

/** Name as written and as compared; throws SottoError NAME_INVALID. */
export type ParseName = (name: string) => { name: string; key: string };

export interface RoomFinderOptions {
  store: Pick<RoomStore, 'roomByName'>;
  directory: RoomDirectory;
  clock: Clock;
  parseName: ParseName;
}

export class RoomFinder {
  readonly #options: RoomFinderOptions;

  constructor(options: RoomFinderOptions) {
    this.#options = options;
  }

  /** The room if the user may see it; NOT_FOUND otherwise, whether it exists or not [ROOM-2]. */
  async resolve(reference: RoomReference | undefined, user: Asker): Promise<RoomState> {
    const state = await this.find(reference);
    authorize(state, user, 'see', this.#options.clock.now());
    return state;
  }

  /** Whoever asks: tell nobody of it who may not see it. */
  async find(reference: RoomReference | undefined): Promise<RoomState | undefined> {
    const { store, directory, parseName } = this.#options;
    switch (reference?.reference.case) {
      case 'number':
        return directory.find(reference.reference.value as RoomNumber);
      case 'name': {
        const record = await store.roomByName(parseName(reference.reference.value).key);
        return record === undefined ? undefined : directory.find(record.number);
      }
      case undefined:
        throw new SottoError(ErrorCode.ARGUMENT_INVALID, 'no room given');
    }
  }
}
