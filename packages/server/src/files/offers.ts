/** Which stored file a message offers, for whoever wants to fetch it [ANSWER-3]. */
import { type RoomNumber, roomStream } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, FileAnswer } from '@sotto/schema';
import type { MessageStore } from '../messages/store.ts';
import type { Targets } from '../messages/targets.ts';
import { type Asker, authorize, type RoomDirectory } from '../rooms/directory.ts';
import type { FileStore, StoredOffer } from './store.ts';

export interface OffersOptions {
  files: Pick<FileStore, 'offer'>;
  messages: Pick<MessageStore, 'states'>;
  targets: Targets;
  directory: RoomDirectory;
  clock: Clock;
}

export class Offers {
  readonly #options: OffersOptions;

  constructor(options: OffersOptions) {
    this.#options = options;
  }

  /**
   * Throws SottoError: NOT_FOUND where the asker may not read the room; FILE_GONE where no stored file is offered to the asker
   * there, whatever else is there; FILE_NOT_ACCEPTED. Asked again of a running download, it says whether it may go on.
   */
  async find(asker: Asker, room: RoomNumber, sequence: number): Promise<StoredOffer> {
    const { files, messages, targets, directory, clock } = this.#options;
    const { message } = await targets.message(room, asker, sequence).catch(goneIsGone);
    const stream = roomStream(room);
    const offer = await files.offer(stream, message.sequence);
    if (offer === undefined) throw new SottoError(ErrorCode.FILE_GONE, `message ${sequence}`);
    const [became] = await messages.states(stream, [message.sequence], asker.number);
    // Who asks may have left meanwhile.
    const state = await directory.find(room);
    authorize(state, asker, 'read', clock.now());
    const needsAnswer = state.record.kind === 'direct' && message.sender !== asker.number;
    if (needsAnswer && became?.fileAnswer !== FileAnswer.ACCEPTED)
      throw new SottoError(ErrorCode.FILE_NOT_ACCEPTED, `message ${sequence}`);
    return offer;
  }
}

function goneIsGone(error: unknown): never {
  if (error instanceof SottoError && error.code === ErrorCode.MESSAGE_GONE)
    throw new SottoError(ErrorCode.FILE_GONE, error.detail);
  throw error;
}
