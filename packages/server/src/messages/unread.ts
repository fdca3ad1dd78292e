/** What somebody has not read: counted from cursors and the log whenever it is asked for [UNREAD-11]. */
import {
  type RoomNumber,
  type Sequence,
  type StreamId,
  SUBSCRIPTIONS_MAX,
  streamOwner,
  type UserNumber,
} from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { EventLog } from '../events/log.ts';
import type { UnreadRecord, UnreadStore } from '../rooms/store.ts';

/** A read cursor that moved. */
export interface ReadMove {
  user: UserNumber;
  stream: StreamId;
  read: Sequence;
}

export interface UnreadOptions {
  store: UnreadStore;
  log: Pick<EventLog, 'knownHead'>;
  /** Tells every connection of each user. */
  push: (counts: ReadonlyMap<UserNumber, readonly UnreadRecord[]>) => void;
  onFailure: (failure: unknown) => void;
}

export class Unread {
  readonly #options: UnreadOptions;
  readonly #toCount = new Map<UserNumber, Set<StreamId>>();
  #counting: Promise<void> | undefined;

  constructor(options: UnreadOptions) {
    this.#options = options;
  }

  /** Of these streams, those that are rooms of the user's; of all rooms where none is given. */
  async of(user: UserNumber, streams: readonly number[]): Promise<readonly UnreadRecord[]> {
    if (streams.length > SUBSCRIPTIONS_MAX)
      throw new SottoError(ErrorCode.ARGUMENT_INVALID, `${streams.length} streams`);
    return this.#options.store.unread(user, streams.length === 0 ? undefined : roomsOf(streams));
  }

  /** After the cursors were stored: every device of the user learns what is left [UNREAD-12]. */
  moved(moves: readonly ReadMove[]): void {
    const counts = new Map<UserNumber, UnreadRecord[]>();
    for (const { user, stream, read } of moves) {
      if (streamOwner(stream)?.kind !== 'room') continue;
      const head = this.#options.log.knownHead(stream);
      // Who has read to the end, as most have, has read everything.
      if (head !== undefined && read >= head)
        counts.set(user, [...(counts.get(user) ?? []), { stream, read, head, unread: 0, mentions: 0 }]);
      else this.#toCount.set(user, (this.#toCount.get(user) ?? new Set()).add(stream));
    }
    if (counts.size > 0) this.#options.push(counts);
    this.#counting ??= this.#count()
      .catch(this.#options.onFailure)
      .finally(() => {
        this.#counting = undefined;
      });
  }

  /** One user at a time; what comes in meanwhile is counted once. */
  async #count(): Promise<void> {
    const { store, push } = this.#options;
    for (const [user, streams] of this.#toCount) {
      this.#toCount.delete(user);
      push(new Map([[user, await store.unread(user, roomsOf([...streams]))]]));
    }
  }
}

const roomsOf = (streams: readonly number[]): RoomNumber[] =>
  streams.flatMap((stream) => {
    const owner = streamOwner(stream);
    return owner?.kind === 'room' ? [owner.room] : [];
  });
