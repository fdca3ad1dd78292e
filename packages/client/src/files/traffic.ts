/**
 * The transfers of one connection: their numbers, who of them is told what, and in which order they send. What is on its
 * way up is one window for all of them, so that the conversation beside them is not held up.
 */
import {
  type Clock,
  FlightWindow,
  type FrameFields,
  type FrameMessage,
  type Push,
  SottoError,
  TransferTurns,
} from '@sotto/protocol';
import type { Link } from '../connection/link.ts';
import { NotConnected } from '../errors.ts';

/** This side's end of one transfer. An exception of it ends that transfer. */
export interface TransferEnd {
  data(message: FrameMessage<'fileData'>): void;
  progress(message: FrameMessage<'fileProgress'>): void;
  /** The next piece; undefined where nothing may leave now. */
  take(nowMs: number): FrameFields<'fileData'> | undefined;
  /** Nothing is heard on the connection, or something again: whoever looks on is told. */
  silent(isSilent: boolean): void;
  /** Ended by the peer, or with the connection. */
  over(error: Error): void;
  /** What the peer sent is not as agreed. */
  failed(error: unknown): void;
}

export type TransferPush = Extract<Push, { name: 'fileData' | 'fileProgress' | 'endTransfer' }>;

export class Traffic {
  static readonly #all = new WeakMap<Link, Traffic>();
  readonly link: Link;
  readonly window = new FlightWindow();
  readonly #clock: Clock;
  readonly #ends = new Map<number, TransferEnd>();
  readonly #turns = new TransferTurns<TransferEnd>();
  #lastNumber = 0;

  static of(link: Link, clock: Clock): Traffic {
    const known = Traffic.#all.get(link) ?? new Traffic(link, clock);
    Traffic.#all.set(link, known);
    return known;
  }

  private constructor(link: Link, clock: Clock) {
    this.link = link;
    this.#clock = clock;
    void link.closed.then((cause) => {
      const error = new NotConnected('the connection ended', { cause });
      for (const end of [...this.#ends.values()]) end.over(error);
    });
  }

  open(end: TransferEnd): number {
    this.#lastNumber += 1;
    this.#ends.set(this.#lastNumber, end);
    this.#turns.add(end);
    return this.#lastNumber;
  }

  close(transfer: number): void {
    const end = this.#ends.get(transfer);
    if (end === undefined) return;
    this.#ends.delete(transfer);
    this.#turns.delete(end);
    this.pump();
  }

  /** What is said of a transfer that is over here may have been on its way already. */
  heard(push: TransferPush): void {
    const end = this.#ends.get(push.message.transfer);
    if (end === undefined) return;
    try {
      this.#hear(end, push);
    } catch (error) {
      end.failed(error);
    }
    this.pump();
  }

  silent(isSilent: boolean): void {
    for (const end of this.#ends.values()) end.silent(isSilent);
  }

  /** A piece of each in turn, until nothing may leave. */
  pump(): void {
    while (this.link.ended === undefined) {
      const next = this.#turns.take(this.#clock.now());
      if (next === undefined) return;
      this.link.notify('fileData', next.piece);
    }
  }

  #hear(end: TransferEnd, push: TransferPush): void {
    switch (push.name) {
      case 'fileData':
        end.data(push.message);
        break;
      case 'fileProgress':
        end.progress(push.message);
        break;
      case 'endTransfer': {
        const { code, detail, retryAfterMs } = push.message;
        end.over(new SottoError(code, detail, retryAfterMs));
      }
    }
  }
}
