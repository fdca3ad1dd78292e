/** The outbox on the connection that the session is on: what goes out next, and what an answer means [OUTBOX-3] [OUTBOX-4]. */
import { type Clock, SottoError } from '@sotto/protocol';
import type { Link } from '../connection/link.ts';
import { toDate } from '../describe/values.ts';
import type { Book } from './book.ts';
import type { Item, Result } from './item.ts';
import { type Verdict, verdict } from './policy.ts';
import { sendEntry } from './request.ts';

/** Requests under way at once; far below the protocol's limit, so that others find room beside them. */
export const IN_FLIGHT_MAX = 256;

export interface FlowOptions {
  clock: Clock;
  book: Book;
  /** The server's last word on a message. */
  onSettled(item: Item, result: Result | SottoError): void;
}

export class Flow {
  readonly #options: FlowOptions;
  #link: Link | undefined;
  /** Nothing new is sent: the session is about to leave the link [PATH-6]. */
  #isHeld = false;
  #inFlight = 0;
  #cancelWait: (() => void) | undefined;

  constructor(options: FlowOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#link !== undefined;
  }

  /** Nothing goes out before `pump`. */
  connected(link: Link, isLeaving: boolean): void {
    this.disconnected();
    this.#link = link;
    this.#isHeld = isLeaving;
  }

  hold(): void {
    this.#isHeld = true;
  }

  goOn(): void {
    this.#isHeld = false;
    this.pump();
  }

  disconnected(): void {
    this.#link = undefined;
    this.#isHeld = false;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#inFlight = 0;
    // Callers see no change: it was given to a connection, and it is not known whether it arrived.
    for (const item of this.#options.book) if (item.state === 'sent') item.state = 'waiting';
  }

  /** Sends what may go out. Stops at the first one that is not saved as it is to be sent: the order stays. */
  pump(): void {
    const link = this.#link;
    if (link === undefined || this.#isHeld || this.#cancelWait !== undefined) return;
    for (const item of this.#options.book) {
      if (!item.isSaved || this.#inFlight >= IN_FLIGHT_MAX) return;
      if (item.state === 'waiting') this.#send(link, item);
    }
  }

  #send(link: Link, item: Item): void {
    item.sent();
    this.#inFlight += 1;
    this.#options.book.changed();
    sendEntry(link, item.entry).then(
      (result) => this.#answered(link, item, () => this.#settled(item, result)),
      (error) => this.#answered(link, item, () => this.#refused(item, error)),
    );
  }

  /** Where the connection was lost meanwhile the message goes out again; where its event came first, all is said. */
  #answered(link: Link, item: Item, act: () => void): void {
    if (link !== this.#link) return;
    this.#inFlight -= 1;
    if (this.#options.book.has(item) && item.state === 'sent') act();
    else this.pump();
  }

  #settled(item: Item, result: Result | SottoError): void {
    this.#options.onSettled(item, result);
    this.pump();
  }

  /** Any other error is the link's end, of which it tells itself. */
  #refused(item: Item, error: unknown): void {
    if (error instanceof SottoError) this.#carryOut(verdict(error, item.refusals + 1), item, error);
    else item.change('waiting');
  }

  #carryOut(decision: Verdict, item: Item, error: SottoError): void {
    const { clock, book } = this.#options;
    switch (decision.kind) {
      case 'reject':
        this.#settled(item, error);
        break;
      case 'reconnect':
        item.refused(undefined);
        book.changed();
        this.#link?.close(error);
        break;
      case 'wait':
        item.refused(toDate(clock.now() + decision.milliseconds));
        book.changed();
        this.#cancelWait ??= clock.after(decision.milliseconds, () => {
          this.#cancelWait = undefined;
          this.pump();
        });
    }
  }
}
