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
import { Changes } from '../timeline/changes.ts';
import type * as sdk from '../types.ts';
import { copiesOf, refusalIn } from './describe.ts';
import { Item, quiet, type Result } from './item.ts';
import { type Verdict, verdict } from './policy.ts';
import { sendEntry } from './request.ts';

export type { Result };

/** Requests under way at once; far below the protocol's limit, so that others find room beside them. */
export const IN_FLIGHT_MAX = 256;
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
  /** By client message id, in the order of sending. */
  readonly #items = new Map<string, Item>();
  readonly #changes = new Changes<void>(undefined);
  #entries: readonly sdk.OutgoingMessage[] | undefined;
  #failedCount = 0;
  #empty = quiet<void>();
  #link: Link | undefined;
  /** Nothing new is sent: the session is about to leave the link [PATH-6]. */
  #isHeld = false;
  #inFlight = 0;
  #lastPosition = 0;
  #cancelWait: (() => void) | undefined;

  constructor(options: OutboxOptions, earlier: readonly OutboxEntry[]) {
    this.#options = options;
    const nowMs = options.clock.now();
    for (const entry of [...earlier].sort((a, b) => a.position - b.position)) {
      const item = Item.kept({ atMs: nowMs, ...entry });
      this.#items.set(item.id, item);
      if (item.state === 'failed') this.#failedCount += 1;
      this.#lastPosition = entry.position;
    }
  }

  /** Without those that failed. */
  get size(): number {
    return this.#items.size - this.#failedCount;
  }

  get entries(): readonly sdk.OutgoingMessage[] {
    this.#entries ??= [...this.#items.values()].map(({ view }) => view);
    return this.#entries;
  }

  get(clientMessageId: string): sdk.OutgoingMessage | undefined {
    return this.#items.get(clientMessageId)?.view;
  }

  onChange(listener: () => void): () => void {
    return this.#changes.onChange(listener);
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    while (this.size > 0) await this.#empty.promise;
  }

  /** Resolves with the server's answer. An id that is already here is the same message; where it failed it is sent again. */
  add(message: NewEntry): Promise<Result> {
    const known = this.#items.get(message.clientMessageId);
    if (known !== undefined) {
      known.settle ??= quiet();
      const { promise } = known.settle;
      if (known.state === 'failed') this.#again(known).catch((error) => this.#settle(known, error));
      return promise;
    }
    if (this.#items.size >= OUTBOX_MAX) {
      const detail = `${OUTBOX_MAX} messages wait to be sent, or failed`;
      return Promise.reject(new SottoError(ErrorCode.LIMIT_REACHED, detail));
    }
    const item = Item.added({ ...message, ...this.#place() });
    const { promise = Promise.reject(new Error('unreachable')) } = item.settle ?? {};
    this.#items.set(item.id, item);
    this.#changed();
    this.#save(item).catch((error) => {
      this.#drop(item);
      this.#settle(item, error);
    });
    return promise;
  }

  async sendAgain(clientMessageId: string): Promise<boolean> {
    const item = this.#items.get(clientMessageId);
    if (item?.state !== 'failed') return false;
    await this.#again(item);
    return true;
  }

  async discard(clientMessageId: string): Promise<boolean> {
    const item = this.#items.get(clientMessageId);
    if (item === undefined || !item.isHere) return false;
    this.#drop(item);
    this.#settle(item, new MessageDiscarded());
    this.#pump();
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
    const item = this.#items.get(clientMessageId);
    if (item === undefined || kind !== EventKind.MESSAGE || sender !== me) return;
    const { target } = item.entry;
    if (target.kind !== 'room' || roomStream(target.room as RoomNumber) !== stream) return;
    const room = target.room as RoomNumber;
    this.#remove(item, { kind: 'sent', room, sequence, at: toDate(timeMs) });
    this.#pump();
  }

  /**
   * Logged in there: everything unacknowledged goes out, oldest first, and on this link alone. Not before `goOn` where the
   * session is about to leave it already.
   */
  connected(link: Link, isLeaving = false): void {
    this.disconnected();
    this.#link = link;
    this.#isHeld = isLeaving;
    for (const item of this.#items.values()) this.#try(item);
    this.#pump();
  }

  /** Sends nothing new until `goOn` or `connected`; what is under way may still be answered. */
  hold(): void {
    this.#isHeld = true;
  }

  goOn(): void {
    this.#isHeld = false;
    this.#pump();
  }

  disconnected(): void {
    this.#link = undefined;
    this.#isHeld = false;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#inFlight = 0;
    for (const item of this.#items.values()) if (item.state === 'sent') item.state = 'waiting';
  }

  /** No connection will come by itself: whoever waits is told. The messages go out after the next login. */
  release(error: Error): void {
    this.disconnected();
    for (const item of this.#items.values()) this.#tell(item, error);
    this.#empty.reject(error);
    this.#empty = quiet();
  }

  /** As `release`, and forgets the messages here. What is in the store stays. */
  abandon(error: Error): void {
    this.release(error);
    this.#items.clear();
    this.#failedCount = 0;
    this.#changed();
  }

  /** The next one in the order. Where no connection is there it is known that none had it. */
  #place(): Pick<OutboxEntry, 'position' | 'atMs' | 'isUntried'> {
    const place = { position: ++this.#lastPosition, atMs: this.#options.clock.now() };
    return this.#link === undefined ? { ...place, isUntried: true } : place;
  }

  async #again(item: Item): Promise<void> {
    const { entry } = item;
    this.#drop(item);
    item.again(this.#place());
    this.#items.set(item.id, item);
    this.#changed();
    try {
      await this.#save(item);
    } catch (error) {
      if (this.#items.get(item.id) === item) this.#fail(item, entry);
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
    if (this.#items.get(item.id) !== item || item.state !== 'saving') return;
    item.change('waiting');
    if (this.#link !== undefined) this.#try(item);
    this.#pump();
  }

  /** Stops at the first one that is not saved yet: the order stays. */
  #pump(): void {
    const link = this.#link;
    if (link === undefined || this.#isHeld || this.#cancelWait !== undefined) return;
    for (const item of this.#items.values()) {
      const isSaved = item.state !== 'saving' && (item.state === 'failed' || item.entry.isUntried !== true);
      if (!isSaved || this.#inFlight >= IN_FLIGHT_MAX) return;
      if (item.state === 'waiting') this.#send(link, item);
    }
  }

  #send(link: Link, item: Item): void {
    item.sent();
    this.#inFlight += 1;
    this.#changed();
    sendEntry(link, item.entry).then(
      (result) => {
        if (this.#returned(link)) this.#accepted(item, result);
      },
      (error) => {
        if (this.#returned(link)) this.#refused(item, error);
      },
    );
  }

  /** False when the connection was lost meanwhile: the message is sent again on the next one. */
  #returned(link: Link): boolean {
    if (link !== this.#link) return false;
    this.#inFlight -= 1;
    return true;
  }

  #accepted(item: Item, result: Result): void {
    if (this.#isUnderWay(item)) this.#remove(item, result);
    this.#pump();
  }

  #refused(item: Item, error: unknown): void {
    if (!this.#isUnderWay(item)) this.#pump();
    else if (!(error instanceof SottoError)) item.change('waiting');
    else this.#carryOut(verdict(error, item.refusals + 1), item, error);
  }

  /** Not where its event came before the answer. */
  #isUnderWay(item: Item): boolean {
    return this.#items.get(item.id) === item && item.state === 'sent';
  }

  #carryOut(decision: Verdict, item: Item, error: SottoError): void {
    switch (decision.kind) {
      case 'reject':
        this.#remove(item, error);
        this.#pump();
        break;
      case 'reconnect':
        item.refused(undefined);
        this.#changed();
        this.#link?.close(error);
        break;
      case 'wait': {
        const { clock } = this.#options;
        item.refused(toDate(clock.now() + decision.milliseconds));
        this.#changed();
        this.#cancelWait ??= clock.after(decision.milliseconds, () => {
          this.#cancelWait = undefined;
          this.#pump();
        });
      }
    }
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
      this.#drop(item);
      store.removeOutbox(item.id).catch(() => {});
    }
    if (!(result instanceof SottoError)) onAccepted?.(view, copiesOf(result));
    this.#settle(item, result);
    if (!isAwaited) onSettled(item.id, result);
  }

  #fail(item: Item, entry: OutboxEntry): void {
    item.change('failed', entry);
    this.#failedCount += 1;
    this.#changed();
  }

  #drop(item: Item): void {
    this.#items.delete(item.id);
    if (item.state === 'failed') this.#failedCount -= 1;
    this.#changed();
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

  #changed(): void {
    this.#entries = undefined;
    this.#changes.tell();
    this.#options.onChange?.();
  }
}
