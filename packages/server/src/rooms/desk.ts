/**
 * Where a room is changed: one change of a room at a time. What a change takes away is gone from memory in the moment
 * the log is handed the events, so that nothing that it forbids comes after it [ROOM-6]; what it grants is there once it
 * is durable.
 */
import type { RoomNumber } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { EventLog } from '../events/log.ts';
import type { Append, AppendResult } from '../events/store.ts';
import { KeyedLock } from '../keyed-lock.ts';
import type { RoomDirectory, RoomState } from './directory.ts';

/** A change of what memory holds of a room; carried out as often as need be. */
export type Edit = (state: RoomState) => void;

export interface Edits {
  /** What is taken away. */
  atOnce?: Edit | undefined;
  /** All of it. */
  afterwards: Edit;
}

/** Of a change that takes away, and grants nothing. */
export const takenAway = (edit: Edit): Edits => ({ atOnce: edit, afterwards: edit });

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

  /** Nothing has changed where the log refuses. */
  async append(state: RoomState, append: Append, { atOnce, afterwards }: Edits): Promise<AppendResult> {
    const { number } = state.record;
    if (atOnce !== undefined) {
      atOnce(state);
      this.#directory.apply(number, atOnce);
    }
    let result: AppendResult | undefined;
    try {
      result = await this.#log.append(append);
      return result;
    } finally {
      // The room may have been read anew meanwhile, as it was before.
      if (result?.kind === 'appended') this.#directory.apply(number, afterwards);
      else if (atOnce !== undefined) await this.#directory.restore(number);
    }
  }
}
