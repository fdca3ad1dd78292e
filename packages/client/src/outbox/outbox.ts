/**
 * Messages on their way. Each is in the store before it is sent and leaves it after the server's answer, so none is
 * lost by a dead connection or a dead program, and sending one again is harmless (M7) [OUTBOX-1].
 */
import { type RoomNumber, roomStream } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode, EventKind } from '@sotto/schema';
import type { Link } from '../connection/link.ts';
import { toDate } from '../describe/values.ts';
import { MessageDiscarded } from '../errors.ts';
import type { ClientStore, OutboxEntry } from '../store.ts';
import type { LogEntry } from '../sync/entry.ts';
import type * as sdk from '../types.ts';
import { Book } from './book.ts';
import { copiesOf, refusalIn } from './describe.ts';
import { Flow } from './flow.ts';
import { Item, quiet, type Result } from './item.ts';

export type { Result };

/** Messages that may be here; `add` refuses more. */
export const OUTBOX_MAX = 10_000;

export type NewEntry = Omit<OutboxEntry, 'position' | 'atMs' | 'isUntried' | 'failed'>;

export interface OutboxOptions {
  store: ClientStore;
  clock: Clock;
  /** A message for which nobody waits was accepted or refused. */
  onSettled(clientMessageId: string, result: Result | SottoError): void;
  /** The server has it, in these places. */
  onAccepted?(message: sdk.OutgoingMessage, copies: readonly sdk.Sent[]): void;
  onChange?(): void;
}

export class Outbox implements sdk.Outbox {
  readonly #options: OutboxOptions;
  readonly #book: Book;
  #empty = quiet<void>();
  readonly #flow: Flow;
  #lastPosition = 0;

  constructor(options: OutboxOptions, earlier: readonly OutboxEntry[]) {
    this.#options = options;
    const nowMs = options.clock.now();
    const kept = [...earlier].sort((a, b) => a.position - b.position);
    const items = kept.map((entry) => Item.kept({ atMs: nowMs, ...entry }));
    this.#book = new Book(items, () => options.onChange?.());
    const onSettled = (item: Item, result: Result | SottoError) => this.#remove(item, result);
    this.#flow = new Flow({ clock: options.clock, book: this.#book, onSettled });
    this.#lastPosition = kept.at(-1)?.position ?? 0;
  }

  /** Without those that failed. */
  get size(): number {
    return this.#book.waiting;
  }

  get entries(): readonly sdk.OutgoingMessage[] {
    return this.#book.views;
  }

  get(clientMessageId: string): sdk.OutgoingMessage | undefined {
    return this.#book.get(clientMessageId)?.view;
  }

  onChange(listener: () => void): () => void {
    return this.#book.onChange(listener);
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    while (this.size > 0) await this.#empty.promise;
  }

  /** Resolves with the server's answer. An id that is already here is the same message; where it failed it is sent again. */
  add(message: NewEntry): Promise<Result> {
    const known = this.#book.get(message.clientMessageId);
    if (known !== undefined) {
      known.settle ??= quiet();
      const { promise } = known.settle;
      if (known.state === 'failed') this.#again(known).catch((error) => this.#settle(known, error));
      return promise;
    }
    if (this.#book.size >= OUTBOX_MAX) {
      const detail = `${OUTBOX_MAX} messages wait to be sent, or failed`;
      return Promise.reject(new SottoError(ErrorCode.LIMIT_REACHED, detail));
    }
    const settle = quiet<Result>();
    const item = Item.added({ ...message, ...this.#place() }, settle);
    this.#book.add(item);
    this.#save(item).catch((error) => {
      this.#book.remove(item);
      this.#settle(item, error);
    });
    return settle.promise;
  }

  async sendAgain(clientMessageId: string): Promise<boolean> {
    const item = this.#book.get(clientMessageId);
    if (item?.state !== 'failed') return false;
    await this.#again(item);
    return true;
  }

  async discard(clientMessageId: string): Promise<boolean> {
    const item = this.#book.get(clientMessageId);
    if (item === undefined || !item.isHere) return false;
    this.#book.remove(item);
    this.#settle(item, new MessageDiscarded());
    this.#flow.pump();
    await this.#options.store.removeOutbox(clientMessageId);
    return true;
  }

  /**
   * An event of the log: this account's message is durable, whatever became of the answer, and of what was said to it
   * where it was sent again [OUTBOX-7].
   */
  happened(
    { kind, clientMessageId, sender, stream, sequence, timeMs }: LogEntry,
    me: number | undefined,
  ): void {
    const item = this.#book.get(clientMessageId);
    if (item === undefined || kind !== EventKind.MESSAGE || sender !== me) return;
    const { target } = item.entry;
    if (target.kind !== 'room' || roomStream(target.room as RoomNumber) !== stream) return;
    const room = target.room as RoomNumber;
    this.#remove(item, { kind: 'sent', room, sequence, at: toDate(timeMs) });
    this.#flow.pump();
  }

  /**
   * Logged in there: everything unacknowledged goes out, oldest first, and on this link alone. Not before `goOn` where the
   * session is about to leave it already.
   */
  connected(link: Link, isLeaving = false): void {
    this.#flow.connected(link, isLeaving);
    for (const item of this.#book) this.#try(item);
    this.#flow.pump();
  }

  /** Sends nothing new until `goOn` or `connected`; what is under way may still be answered. */
  hold(): void {
    this.#flow.hold();
  }

  goOn(): void {
    this.#flow.goOn();
  }

  disconnected(): void {
    this.#flow.disconnected();
  }

  /** No connection will come by itself: whoever waits is told. The messages go out after the next login. */
  release(error: Error): void {
    this.disconnected();
    for (const item of this.#book) this.#tell(item, error);
    this.#empty.reject(error);
    this.#empty = quiet();
  }

  /** As `release`, and forgets the messages here. What is in the store stays. */
  abandon(error: Error): void {
    this.release(error);
    this.#book.clear();
  }

  /** The next one in the order. Where no connection is there it is known that none had it. */
  #place(): Pick<OutboxEntry, 'position' | 'atMs' | 'isUntried'> {
    const place = { position: ++this.#lastPosition, atMs: this.#options.clock.now() };
    return !this.#flow.isConnected ? { ...place, isUntried: true } : place;
  }

  async #again(item: Item): Promise<void> {
    const { entry } = item;
    this.#book.remove(item);
    item.again(this.#place());
    this.#book.add(item);
    try {
      await this.#save(item);
    } catch (error) {
      if (this.#book.has(item)) this.#fail(item, entry);
      throw error;
    }
  }

  /** A connection is about to be given it, which the store has to know first [OUTBOX-6]. */
  #try(item: Item): void {
    if (item.state !== 'waiting' || item.entry.isUntried !== true) return;
    const { entry } = item;
    item.tried();
    this.#save(item).catch(() => item.change('waiting', entry));
  }

  async #save(item: Item): Promise<void> {
    await this.#options.store.putOutbox(item.entry);
    if (!this.#book.has(item) || item.state !== 'saving') return;
    item.change('waiting');
    if (this.#flow.isConnected) this.#try(item);
    this.#flow.pump();
  }

  /** The server's last word on it. */
  #remove(item: Item, result: Result | SottoError): void {
    const { store, onSettled, onAccepted } = this.#options;
    const refusal = result instanceof SottoError ? result : refusalIn(result);
    const isAwaited = item.settle !== undefined;
    const { view } = item;
    if (refusal !== undefined && item.entry.keepFailed === true) {
      item.failed(refusal);
      this.#fail(item, item.entry);
      store.putOutbox(item.entry).catch(() => {});
    } else {
      this.#book.remove(item);
      store.removeOutbox(item.id).catch(() => {});
    }
    if (!(result instanceof SottoError)) onAccepted?.(view, copiesOf(result));
    this.#settle(item, result);
    if (!isAwaited) onSettled(item.id, result);
  }

  #fail(item: Item, entry: OutboxEntry): void {
    item.change('failed', entry);
    this.#book.failed();
  }

  #settle(item: Item, result: Result | Error): void {
    this.#tell(item, result);
    if (this.size > 0) return;
    this.#empty.resolve();
    this.#empty = quiet();
  }

  #tell(item: Item, result: Result | Error): void {
    if (result instanceof Error) item.settle?.reject(result);
    else item.settle?.resolve(result);
    item.settle = undefined;
  }
}
