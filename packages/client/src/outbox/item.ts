/** One message of the outbox: what is kept of it, where it stands, and what callers see of that. */
import type { Sequence } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import type { OutboxEntry } from '../store.ts';
import type { FileInfo, OutboxState, OutgoingMessage, Sent, SentDirect } from '../types.ts';
import { fileIn, toTarget } from './describe.ts';

export type Result = Sent | SentDirect;

export class Item {
  entry: OutboxEntry;
  /** `saving`: the store is about to have it as it is to be sent. `sent`: on the present connection, unanswered. */
  state: 'saving' | 'waiting' | 'sent' | 'failed';
  refusals = 0;
  /** undefined where nobody of this run waits for it. */
  settle: PromiseWithResolvers<Result> | undefined;
  /** Answers that are missing: none, that of the present connection, or one that was lost, which no later refusal replaces. */
  #doubt: 'none' | 'asked' | 'lost';
  #until: Date | undefined;
  #view: OutgoingMessage | undefined;
  #file: FileInfo | undefined;

  private constructor(entry: OutboxEntry, state: Item['state'], doubt: 'none' | 'lost') {
    this.entry = entry;
    this.state = state;
    this.#doubt = doubt;
  }

  static added(entry: OutboxEntry, settle: PromiseWithResolvers<Result>): Item {
    const item = new Item(entry, 'saving', 'none');
    item.settle = settle;
    return item;
  }

  /** Of an earlier run. */
  static kept(entry: OutboxEntry): Item {
    if (entry.failed !== undefined) return new Item(entry, 'failed', 'none');
    return new Item(entry, 'waiting', entry.isUntried === true ? 'none' : 'lost');
  }

  get id(): string {
    return this.entry.clientMessageId;
  }

  /** The server cannot have it, as far as that can be known. */
  get isHere(): boolean {
    return this.state === 'failed' || this.#doubt === 'none';
  }

  /** The store has it as it is to be sent, or it is not to be. */
  get isSaved(): boolean {
    return this.state === 'failed' || (this.state !== 'saving' && this.entry.isUntried !== true);
  }

  /** As callers see it; the same object until something changes. */
  get view(): OutgoingMessage {
    this.#view ??= this.#describe();
    return this.#view;
  }

  change(state: Item['state'], entry: OutboxEntry = this.entry): void {
    this.state = state;
    this.entry = entry;
    this.#view = undefined;
  }

  sent(): void {
    this.#doubt = this.#doubt === 'none' ? 'asked' : 'lost';
    this.#until = undefined;
    this.change('sent');
  }

  /** Not now; `until`: when the server may be asked again. */
  refused(until: Date | undefined): void {
    if (this.#doubt === 'asked') this.#doubt = 'none';
    this.#until = until;
    this.refusals += 1;
    this.change('waiting');
  }

  failed(error: SottoError): void {
    this.#until = undefined;
    this.change('failed', { ...this.entry, failed: { code: error.code, detail: error.detail } });
  }

  /** It is to be sent once more, as if it had never been. */
  again(place: Pick<OutboxEntry, 'position' | 'atMs' | 'isUntried'>): void {
    const { failed: _, isUntried: __, ...entry } = this.entry;
    this.#doubt = 'none';
    this.refusals = 0;
    this.change('saving', { ...entry, ...place });
  }

  /** Before a connection is given it the store has to know. */
  tried(): void {
    const { isUntried: _, ...entry } = this.entry;
    this.change('saving', entry);
  }

  #describe(): OutgoingMessage {
    const { clientMessageId, target, text, file, atMs = 0 } = this.entry;
    const { replyTo, thread }: { replyTo?: number; thread?: number } = target.kind === 'room' ? target : {};
    this.#file ??= file && fileIn(file);
    return {
      clientMessageId,
      target: toTarget(target),
      text,
      file: this.#file,
      replyTo: replyTo as Sequence | undefined,
      thread: thread as Sequence | undefined,
      at: new Date(atMs),
      state: this.#stateShown(),
    };
  }

  #stateShown(): OutboxState {
    const { failed } = this.entry;
    if (this.state === 'failed' && failed !== undefined) {
      return { kind: 'failed', error: new SottoError(failed.code, failed.detail) };
    }
    return this.#doubt === 'none' ? { kind: 'waiting', until: this.#until } : { kind: 'sending' };
  }
}

/** A rejection that nobody awaits is no defect: the caller may have stopped waiting. */
export function quiet<T>(): PromiseWithResolvers<T> {
  const settle = Promise.withResolvers<T>();
  settle.promise.catch(() => {});
  return settle;
}
