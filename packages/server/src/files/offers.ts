/** Which stored file a message offers, for whoever wants to fetch it [ANSWER-3]. */
import { type RoomNumber, roomStream } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, FileAnswer } from '@sotto/schema';
import type { StoredEvent } from '../events/store.ts';
import type { MessageStore } from '../messages/store.ts';
import { type Asker, authorize, type RoomDirectory } from '../rooms/directory.ts';
import type { FileStore, StoredOffer } from './store.ts';

export interface OffersOptions {
  files: Pick<FileStore, 'offer'>;
  messages: Pick<MessageStore, 'states'>;
  directory: RoomDirectory;
  clock: Clock;
}

export class Offers {
  readonly #options: OffersOptions;

  constructor(options: OffersOptions) {
    this.#options = options;
  }

  /**
   * Of a message that the asker may read. Throws SottoError: FILE_GONE where it offers no stored file; FILE_NOT_ACCEPTED; and
   * what reading the room is refused with by now.
   */
  async find(asker: Asker, room: RoomNumber, { sequence, sender }: StoredEvent): Promise<StoredOffer> {
    const { files, messages, directory, clock } = this.#options;
    const stream = roomStream(room);
    const offer = await files.offer(stream, sequence);
    if (offer === undefined) throw new SottoError(ErrorCode.FILE_GONE, `message ${sequence}`);
    const [became] = await messages.states(stream, [sequence], asker.number);
    // Who asks may have left meanwhile.
    const state = await directory.find(room);
    authorize(state, asker, 'read', clock.now());
    const needsAnswer = state.record.kind === 'direct' && sender !== asker.number;
    if (needsAnswer && became?.fileAnswer !== FileAnswer.ACCEPTED)
      throw new SottoError(ErrorCode.FILE_NOT_ACCEPTED, `message ${sequence}`);
    return offer;
  }
}
