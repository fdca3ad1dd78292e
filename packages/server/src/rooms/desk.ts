/**
 * Where a room is changed: one change of a room at a time, and what memory holds of it changes in the moment the log is
 * handed the events. So what is allowed at any moment fits the order of the log: nothing that a change forbids comes
 * after it [ROOM-6].
 */
import type { RoomNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { KeyedLock } from '../accounts/lock.ts';
import type { EventLog } from '../events/log.ts';
import type { Append, AppendResult } from '../events/store.ts';
import type { RoomDirectory, RoomState } from './directory.ts';

export class RoomDesk {
  readonly #directory: RoomDirectory;
  readonly #log: EventLog;
  readonly #changing = new KeyedLock();

  constructor(directory: RoomDirectory, log: EventLog) {
    this.#directory = directory;
    this.#log = log;
  }

  /** With the room as it is once earlier changes of it are through. */
  change<T>(room: RoomNumber, task: (state: RoomState) => Promise<T>): Promise<T> {
    return this.#changing.run([String(room)], async () => {
      const state = await this.#directory.find(room);
      if (state === undefined) throw new SottoError(ErrorCode.NOT_FOUND, 'room');
      return task(state);
    });
  }

  /** `inMemory` may be carried out more than once; it is undone where the log refuses. */
  async append(
    state: RoomState,
    append: Append,
    inMemory?: (state: RoomState) => void,
  ): Promise<AppendResult> {
    if (inMemory === undefined) return this.#log.append(append);
    const { number } = state.record;
    inMemory(state);
    this.#directory.apply(number, inMemory);
    let result: AppendResult | undefined;
    try {
      result = await this.#log.append(append);
      return result;
    } finally {
      // The room may have been read anew meanwhile, as it was before.
      if (result?.kind === 'appended') this.#directory.apply(number, inMemory);
      else await this.#directory.restore(number);
    }
  }
}
