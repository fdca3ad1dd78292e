/** How far the others in a room are, for whoever has not heard it pushed [RECEIPT-2]. */
import {
  LOBBY,
  RECEIPTS_PUSH_MAX_MEMBERS,
  type RoomNumber,
  type Sequence,
  type StreamId,
  streamOwner,
  type UserNumber,
} from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Asker, RoomDirectory } from '../rooms/directory.ts';
import type { ReceiptRecord, RoomStore } from '../rooms/store.ts';
import type { UserDirectory } from '../rooms/users.ts';
import type { History } from './history.ts';

export interface ReceiptReadingOptions {
  store: Pick<RoomStore, 'receipts' | 'memberCount'>;
  users: Pick<UserDirectory, 'byNumbers'>;
  directory: RoomDirectory;
  history: Pick<History, 'open'>;
}

export class ReceiptReading {
  readonly #options: ReceiptReadingOptions;

  constructor(options: ReceiptReadingOptions) {
    this.#options = options;
  }

  /** Nobody in rooms with so many members that it is not pushed. Throws NOT_FOUND where the asker may not read it. */
  async read(
    asker: Asker,
    stream: number,
  ): Promise<{ stream: StreamId; receipts: readonly ReceiptRecord[] }> {
    const { history, users } = this.#options;
    const { stream: id } = await history.open(stream, asker);
    const owner = streamOwner(id);
    if (owner?.kind !== 'room') throw new SottoError(ErrorCode.NOT_FOUND, `stream ${stream}`);
    const all = await this.#all(owner.room, id);
    const found = await users.byNumbers(all.map(({ user }) => user));
    const people = new Set(
      found
        .filter(({ assistant, number }) => !assistant && number !== asker.number)
        .map(({ number }) => number),
    );
    // Whoever was removed while this was looked up is told nothing.
    await history.open(stream, asker);
    return { stream: id, receipts: all.filter(({ user }) => people.has(user)) };
  }

  async #all(room: RoomNumber, stream: StreamId): Promise<readonly ReceiptRecord[]> {
    const { store, directory } = this.#options;
    const members = room === LOBBY ? undefined : (await directory.find(room))?.members;
    const count = members?.size ?? (await store.memberCount(room));
    if (count > RECEIPTS_PUSH_MAX_MEMBERS) return [];
    const cursors = await store.receipts(stream, RECEIPTS_PUSH_MAX_MEMBERS);
    // Everybody is a member there, also who was never seen again.
    if (members === undefined) return cursors.filter(({ delivered }) => delivered > 0);
    const byUser = new Map(cursors.map((each) => [each.user, each]));
    return [...members]
      .sort(([one], [other]) => one - other)
      .map(([user, { since }]) => atLeast(since, user, byUser.get(user)));
  }
}

/** What was said before somebody came in is not theirs to receive. */
function atLeast(since: Sequence, user: UserNumber, cursors: ReceiptRecord | undefined): ReceiptRecord {
  const delivered = Math.max(since, cursors?.delivered ?? 0) as Sequence;
  return { user, delivered, read: Math.max(since, cursors?.read ?? 0) as Sequence };
}
