import type { QuicSession, QuicStream } from 'node:quic';
import { type Binding, type Lane, laneOf, type SottoError } from '@sotto/protocol';
import { CloseCode } from '@sotto/protocol/udp';
import { plainAddress } from '../address.ts';
import {
  type Accept,
  BUFFER_MAX_BYTES,
  BUFFER_MAX_RUNS,
  type Connection,
  type ConnectionEvents,
  HIGH_WATER_BYTES,
  type PathFacts,
  type Security,
} from '../contract.ts';
import { plainBytes } from '../plain-bytes.ts';
import type { StreamLoop } from '../stream/loop.ts';
import { surface } from '../surface.ts';
import { closeOptions, type Outcome, outcomeOf } from './end.ts';
import { LossMeter, pathFacts } from './facts.ts';
import { IncomingStreams } from './incoming.ts';
import { OutgoingStreams } from './outgoing.ts';

/** What is known of a session once its handshake is complete. */
export interface SessionFacts {
  remoteAddress: string;
  binding: Binding;
  security: Security;
}

/** A QUIC session whose handshake is complete, as the contract has it. */
export class QuicConnection implements Connection {
  readonly transport = 'quic';
  readonly remoteAddress: string;
  readonly binding: Binding;
  readonly security: Security;
  readonly #session: QuicSession;
  readonly #loop: StreamLoop;
  readonly #outgoing: OutgoingStreams;
  readonly #incoming: IncomingStreams;
  readonly #meter = new LossMeter();
  #events: ConnectionEvents | undefined;
  /** `send` has returned false and `drain` is owed. */
  #pressed = false;
  #flushScheduled = false;
  /** This side began to close, and why; frames are neither taken nor delivered any more. */
  #closing: Outcome | undefined;
  #streamsEnded = false;
  /** Breaks the connection off unless the peer explains itself in time. */
  #doubt: { abort(): void } | undefined;
  #outcome: Outcome | undefined;

  constructor(session: QuicSession, facts: SessionFacts, loop: StreamLoop) {
    this.#session = session;
    this.#loop = loop;
    this.remoteAddress = plainAddress(facts.remoteAddress);
    this.binding = facts.binding;
    this.security = facts.security;
    this.#outgoing = new OutgoingStreams(session, {
      moved: () => this.#moved(),
      refused: () => this.#doubted('takes a stream no more'),
    });
    this.#incoming = new IncomingStreams(session, {
      frame: (frame) => this.#events?.frame(frame),
      datagram: (frame) => this.#events?.datagram(frame),
      malformed: (error) => this.#malformed(error),
      violated: (detail) => this.#violated(detail),
      cutOff: () => this.#doubted('cut a stream off'),
      finished: () => this.#peerFinished(),
      defect: (error) => this.#defect(error),
    });
  }

  get bufferedBytes(): number {
    return this.#outgoing.bytes;
  }

  get path(): PathFacts {
    return pathFacts(this.#session, this.#meter);
  }

  /** Introduces the connection to its owner, then reads; `early` are the streams that came before. */
  start(accept: Accept, early: readonly QuicStream[]): void {
    try {
      this.#events = accept(this);
    } catch (error) {
      this.#defect(error);
    }
    const session = this.#session;
    session.closed.then(
      () => this.#ended(undefined),
      (error: unknown) => this.#ended(error ?? new Error('the session failed')),
    );
    if (session.destroyed) return;
    session.ondatagram = (frame) => this.#incoming.takeDatagram(plainBytes(frame));
    session.onstream = (stream) => this.#incoming.take(stream);
    for (const stream of early) this.#incoming.take(stream);
  }

  send(lane: Lane, frames: Uint8Array): boolean {
    if (this.#over) return false;
    this.#outgoing.enqueue(lane, frames);
    const { bytes, runs } = this.#outgoing;
    if (bytes > BUFFER_MAX_BYTES || runs > BUFFER_MAX_RUNS) {
      this.#drop({ reason: 'overflow', detail: `${bytes} bytes unread` }, CloseCode.overflow);
      return false;
    }
    this.#scheduleFlush();
    if (bytes <= HIGH_WATER_BYTES) return true;
    this.#pressed = true;
    return false;
  }

  sendUnreliable(frame: Uint8Array): void {
    if (this.#over || this.bufferedBytes > HIGH_WATER_BYTES) return;
    if (frame.length > this.#session.maxDatagramSize) this.send(laneOf(frame), frame);
    else {
      this.#outgoing.enqueueDatagram(frame);
      this.#scheduleFlush();
    }
  }

  limitBody(maxBytes: number): void {
    this.#incoming.limitBody(maxBytes);
  }

  close(): void {
    this.#beginClose({ reason: 'local', detail: '' });
  }

  abort(): void {
    this.#drop(this.#closing ?? { reason: 'local', detail: '' }, CloseCode.aborted);
  }

  flush(): void {
    this.#flushScheduled = false;
    if (this.#outcome !== undefined) {
      this.#reportClosed(this.#outcome);
      return;
    }
    this.#outgoing.flush();
    if (this.#pressed && this.bufferedBytes < HIGH_WATER_BYTES / 2) {
      this.#pressed = false;
      if (this.#closing === undefined) this.#events?.drain();
    }
    if (this.#closing !== undefined && !this.#streamsEnded && this.bufferedBytes === 0) {
      this.#streamsEnded = true;
      void this.#outgoing.finish();
    }
  }

  get #over(): boolean {
    return this.#closing !== undefined || this.#outcome !== undefined;
  }

  /** Streams took something: more may go without waiting for the end of the tick. */
  #moved(): void {
    if (this.#outcome !== undefined) return;
    this.#outgoing.flush();
    if (this.#pressed || this.#closing !== undefined) this.#scheduleFlush();
  }

  #malformed(error: SottoError): void {
    if (this.#over) return;
    this.#events?.malformed?.(error);
    this.#beginClose({ reason: 'malformed', detail: error.message });
  }

  #violated(detail: string): void {
    if (this.#over) return;
    this.#drop({ reason: 'malformed', detail }, CloseCode.malformed);
  }

  /** A peer that ends the connection cuts off its streams, and the runtime tells of those first. */
  #doubted(detail: string): void {
    if (this.#over || this.#doubt !== undefined) return;
    this.#doubt = { abort: () => this.#violated(detail) };
    this.#loop.lingering.add(this.#doubt);
  }

  /** Of the owner's: its connection ends, and the error surfaces instead of vanishing in the runtime. */
  #defect(error: unknown): void {
    this.abort();
    surface(error);
  }

  #beginClose(outcome: Outcome): void {
    if (this.#over) return;
    this.#closing = outcome;
    this.#incoming.stop();
    this.#loop.lingering.add(this);
    this.#scheduleFlush();
  }

  /** Everything that the peer sent has been read, so its connection may end [QUIC-4]. */
  #peerFinished(): void {
    this.#drop(this.#closing ?? { reason: 'peer', detail: '' }, CloseCode.done);
  }

  #ended(error: unknown): void {
    this.#finish(this.#closing ?? outcomeOf(error));
  }

  #drop(outcome: Outcome, code: CloseCode): void {
    if (this.#outcome !== undefined) return;
    this.#finish(outcome);
    this.#session.destroy(undefined, closeOptions(code, outcome.detail));
  }

  /** `closed` follows at the next flush, never inside a call of the owner. */
  #finish(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#incoming.stop();
    this.#outgoing.clear();
    this.#loop.lingering.delete(this);
    if (this.#doubt !== undefined) this.#loop.lingering.delete(this.#doubt);
    this.#scheduleFlush();
  }

  #reportClosed(outcome: Outcome): void {
    const events = this.#events;
    this.#events = undefined;
    events?.closed(outcome.reason, outcome.detail);
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#loop.flushes.add(this);
  }
}
