/** Messages that something is said about: that they are there, and that the asker may read them [CHANGE-1]. */
import { type RoomNumber, roomStream, type Sequence } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind } from '@sotto/schema';
import type { EventStore, StoredEvent } from '../events/store.ts';
import {
  type Asker,
  authorize,
  firstVisible,
  type RoomDirectory,
  type RoomState,
} from '../rooms/directory.ts';

export interface TargetsOptions {
  events: Pick<EventStore, 'events'>;
  directory: RoomDirectory;
  clock: Clock;
}

export class Targets {
  readonly #options: TargetsOptions;

  constructor(options: TargetsOptions) {
    this.#options = options;
  }

  /** What is deleted, never was, is no message or is not for the asker to read, is all the same: gone. */
  async message(
    room: RoomNumber,
    user: Asker,
    sequence: number,
  ): Promise<{ state: RoomState; message: StoredEvent }> {
    const { state, found } = await this.#read(room, user, [sequence]);
    return { state, message: present(found, sequence) };
  }

  /** As `message`, of one that may be deleted. */
  async envelope(
    room: RoomNumber,
    user: Asker,
    sequence: number,
  ): Promise<{ state: RoomState; message: StoredEvent }> {
    const { state, found } = await this.#read(room, user, [sequence]);
    const message = found.get(sequence);
    if (message === undefined) throw new SottoError(ErrorCode.MESSAGE_GONE, `message ${sequence}`);
    return { state, message };
  }

  /** Both are 0 for none. A thread begins with a message that is in none itself [THREAD-1]. */
  async checkRelations(
    room: RoomNumber,
    user: Asker,
    { relatesTo, thread }: { relatesTo: number; thread: number },
  ): Promise<void> {
    const wanted = [relatesTo, thread].filter((sequence) => sequence > 0);
    if (wanted.length === 0) return;
    const { found } = await this.#read(room, user, wanted);
    for (const sequence of wanted) present(found, sequence);
    const root = found.get(thread);
    if (root !== undefined && root.thread > 0)
      throw new SottoError(
        ErrorCode.ARGUMENT_INVALID,
        `message ${thread} is in the thread of ${root.thread}`,
      );
  }

  /** Asked again after the reading, since who asks may have left meanwhile. */
  async #read(room: RoomNumber, user: Asker, sequences: readonly number[]) {
    const { events, directory, clock } = this.#options;
    authorize(await directory.find(room), user, 'read', clock.now());
    const found = await events.events(roomStream(room), sequences as readonly Sequence[]);
    const state = await directory.find(room);
    authorize(state, user, 'read', clock.now());
    const first = firstVisible(state, user);
    const messages = found.filter(({ kind, sequence }) => kind === EventKind.MESSAGE && sequence >= first);
    return { state, found: new Map<number, StoredEvent>(messages.map((event) => [event.sequence, event])) };
  }
}

function present(found: ReadonlyMap<number, StoredEvent>, sequence: number): StoredEvent {
  const message = found.get(sequence);
  if (message === undefined || message.content.length === 0)
    throw new SottoError(ErrorCode.MESSAGE_GONE, `message ${sequence}`);
  return message;
}
