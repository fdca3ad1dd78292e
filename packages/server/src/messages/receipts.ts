/** How far each device has received and each user has read (M6): cursors that only move forward, coalesced [RECEIPT-1]. */
import type { Sequence, StreamId, UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { ProgressRecord, ReceiptRecord, RoomStore } from '../rooms/store.ts';
import type { ReadMove } from './unread.ts';

/** How long progress gathers before it is stored and pushed. */
const GATHER_MS = 200;

export interface ReceiptsOptions {
  store: Pick<RoomStore, 'saveProgress'>;
  clock: Clock;
  /** Told of failures that no request waits for. */
  onFailure: (failure: unknown) => void;
  /** Tells the room's other members; called once for each stream and gathering. */
  push: (stream: StreamId, receipts: readonly ReceiptRecord[]) => void;
  /** Told, once they are stored, of the read cursors that moved. */
  moved: (moves: readonly ReadMove[]) => void;
}

export class Receipts {
  readonly #options: ReceiptsOptions;
  #gathered = new Map<string, ProgressRecord>();
  /** Users whose read cursor in a stream may have moved. */
  #moved = new Map<string, ReadMove>();
  #flushing: (() => void) | undefined;
  #stopped = false;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  /** `hasRead`: its read cursor is not one that was recorded before. */
  record(progress: ProgressRecord, hasRead: boolean): void {
    if (hasRead) this.#hasRead(progress);
    const key = `${progress.stream}:${progress.user}:${progress.device}`;
    const earlier = this.#gathered.get(key);
    this.#gathered.set(key, earlier === undefined ? progress : further(earlier, progress));
    const { clock, onFailure } = this.#options;
    if (this.#stopped) return;
    this.#flushing ??= clock.after(GATHER_MS, () => void this.flush().catch(onFailure));
  }

  #hasRead({ stream, user, read }: ReadMove): void {
    const key = `${stream}:${user}`;
    const earlier = this.#moved.get(key);
    if (earlier === undefined || earlier.read < read) this.#moved.set(key, { stream, user, read });
  }

  /** Flushes, and tries no more where that fails. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.flush();
  }

  /** Stores and pushes what has gathered. What could not be stored is kept for the next time. */
  async flush(): Promise<void> {
    this.#flushing?.();
    this.#flushing = undefined;
    if (this.#gathered.size === 0) return;
    const gathered = this.#gathered;
    this.#gathered = new Map();
    const moved = this.#moved;
    this.#moved = new Map();
    try {
      await this.#options.store.saveProgress([...gathered.values()]);
    } catch (error) {
      for (const progress of gathered.values()) this.record(progress, false);
      for (const move of moved.values()) this.#hasRead(move);
      throw error;
    }
    for (const [stream, receipts] of byStream(gathered.values())) {
      this.#options.push(stream, [...receipts.values()]);
    }
    if (moved.size > 0) this.#options.moved([...moved.values()]);
  }
}

interface Cursors {
  delivered: Sequence;
  read: Sequence;
}

/** Of two states of the same cursors the further one. */
function further<T extends Cursors>(a: T, b: Cursors): T {
  return {
    ...a,
    delivered: Math.max(a.delivered, b.delivered) as Sequence,
    read: Math.max(a.read, b.read) as Sequence,
  };
}

/** A user's devices become one receipt: the furthest of each. */
function byStream(gathered: Iterable<ProgressRecord>): Map<StreamId, Map<UserNumber, ReceiptRecord>> {
  const streams = new Map<StreamId, Map<UserNumber, ReceiptRecord>>();
  for (const progress of gathered) {
    const { stream, user, delivered, read } = progress;
    const receipts = streams.get(stream) ?? new Map<UserNumber, ReceiptRecord>();
    streams.set(stream, receipts);
    receipts.set(user, further(receipts.get(user) ?? { user, delivered, read }, progress));
  }
  return streams;
}
