/**
 * Messages on their way. Each is in the store before it is sent and leaves it after the server's answer, so none is
 * lost by a dead connection or a dead program, and sending one again is harmless (M7) [OUTBOX-1].
 */
import { type Clock, SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import type { Link } from '../connection/link.ts';
import type { ClientStore, OutboxEntry } from '../store.ts';
import type { Sent, SentDirect } from '../types.ts';
import { type Verdict, verdict } from './policy.ts';
import { sendEntry } from './request.ts';

/** Requests under way at once; far below the protocol's limit, so that others find room beside them. */
export const IN_FLIGHT_MAX = 256;
/** Messages that may wait; `add` refuses more. */
export const OUTBOX_MAX = 10_000;

export type Result = Sent | SentDirect;

interface Item {
  entry: OutboxEntry;
  state: 'saving' | 'waiting' | 'sent';
  refusals: number;
  /** undefined for messages of an earlier run. */
  settle: PromiseWithResolvers<Result> | undefined;
}

export interface OutboxOptions {
  store: ClientStore;
  clock: Clock;
  /** A message of an earlier run was accepted or refused. */
  onSettled(clientMessageId: string, result: Result | SottoError): void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  /** By client message id, in the order of sending. */
  readonly #items = new Map<string, Item>();
  #empty = quiet<void>();
  #link: Link | undefined;
  /** Nothing new is sent: the session is about to leave the link [PATH-6]. */
  #isHeld = false;
  #inFlight = 0;
  #lastPosition = 0;
  #cancelWait: (() => void) | undefined;

  constructor(options: OutboxOptions, earlier: readonly OutboxEntry[]) {
    this.#options = options;
    for (const entry of [...earlier].sort((a, b) => a.position - b.position)) {
      this.#items.set(entry.clientMessageId, { entry, state: 'waiting', refusals: 0, settle: undefined });
      this.#lastPosition = entry.position;
    }
  }

  get size(): number {
    return this.#items.size;
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    while (this.#items.size > 0) await this.#empty.promise;
  }

  /** Resolves with the server's answer. An id that is already here is the same message. */
  add(message: Omit<OutboxEntry, 'position'>): Promise<Result> {
    const known = this.#items.get(message.clientMessageId);
    if (known !== undefined) {
      known.settle ??= quiet();
      return known.settle.promise;
    }
    if (this.#items.size >= OUTBOX_MAX) {
      return Promise.reject(
        new SottoError(ErrorCode.LIMIT_REACHED, `${OUTBOX_MAX} messages wait to be sent`),
      );
    }
    const entry = { ...message, position: ++this.#lastPosition };
    const settle = quiet<Result>();
    const item: Item = { entry, state: 'saving', refusals: 0, settle };
    this.#items.set(entry.clientMessageId, item);
    this.#options.store.putOutbox(entry).then(
      () => this.#saved(item),
      (error) => this.#settle(item, () => settle.reject(error)),
    );
    return settle.promise;
  }

  /**
   * Logged in there: everything unacknowledged goes out, oldest first, and on this link alone. Not before `goOn` where the
   * session is about to leave it already.
   */
  connected(link: Link, isLeaving = false): void {
    this.disconnected();
    this.#link = link;
    this.#isHeld = isLeaving;
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
    for (const item of this.#items.values()) {
      item.settle?.reject(error);
      item.settle = undefined;
    }
    this.#empty.reject(error);
    this.#empty = quiet();
  }

  /** As `release`, and forgets the messages here. What is in the store stays. */
  abandon(error: Error): void {
    this.release(error);
    this.#items.clear();
  }

  #saved(item: Item): void {
    if (!this.#items.has(item.entry.clientMessageId)) return;
    item.state = 'waiting';
    this.#pump();
  }

  /** Stops at the first one that is not saved yet: the order stays. */
  #pump(): void {
    const link = this.#link;
    if (link === undefined || this.#isHeld || this.#cancelWait !== undefined) return;
    for (const item of this.#items.values()) {
      if (item.state === 'saving' || this.#inFlight >= IN_FLIGHT_MAX) return;
      if (item.state === 'waiting') this.#send(link, item);
    }
  }

  #send(link: Link, item: Item): void {
    item.state = 'sent';
    this.#inFlight += 1;
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
    this.#remove(item, result);
    this.#pump();
  }

  #refused(item: Item, error: unknown): void {
    item.state = 'waiting';
    if (!(error instanceof SottoError)) return;
    item.refusals += 1;
    this.#carryOut(verdict(error, item.refusals), item, error);
  }

  #carryOut(decision: Verdict, item: Item, error: SottoError): void {
    switch (decision.kind) {
      case 'reject':
        this.#remove(item, error);
        this.#pump();
        break;
      case 'reconnect':
        this.#link?.close(error);
        break;
      case 'wait':
        this.#cancelWait ??= this.#options.clock.after(decision.milliseconds, () => {
          this.#cancelWait = undefined;
          this.#pump();
        });
    }
  }

  #remove(item: Item, result: Result | SottoError): void {
    const id = item.entry.clientMessageId;
    this.#options.store.removeOutbox(id).catch(() => {});
    this.#settle(item, (settle) =>
      result instanceof SottoError ? settle.reject(result) : settle.resolve(result),
    );
    if (item.settle === undefined) this.#options.onSettled(id, result);
  }

  #settle(item: Item, tell: (settle: PromiseWithResolvers<Result>) => void): void {
    this.#items.delete(item.entry.clientMessageId);
    if (item.settle !== undefined) tell(item.settle);
    if (this.#items.size > 0) return;
    this.#empty.resolve();
    this.#empty = quiet();
  }
}

/** A rejection that nobody awaits is no defect: the caller may have stopped waiting. */
function quiet<T>(): PromiseWithResolvers<T> {
  const settle = Promise.withResolvers<T>();
  settle.promise.catch(() => {});
  return settle;
}
