import type { Lane } from '../../frame.ts';
import type { Carried, LaneSpan } from '../carried.ts';
import type { ByteWriter } from '../wire/bytes.ts';
import { type LanesSink, Receiving, type ReceivingCounters } from './receiving.ts';
import { type FillHow, type RepeatHow, Sending, type SendingCounters } from './sending.ts';

export type { LanesSink } from './receiving.ts';
export type { FillHow, RepeatHow } from './sending.ts';

export interface LanesCounters {
  sending: SendingCounters;
  receiving: ReceivingCounters;
}

/** All lanes and datagrams of one connection, both ways. It knows nothing of packets but their chunks and their fate. */
export class Lanes {
  readonly #sending: Sending;
  readonly #receiving: Receiving;

  constructor({ sink, now }: { sink: LanesSink; now: number }) {
    this.#sending = new Sending(now);
    this.#receiving = new Receiving(sink, now);
  }

  get counters(): LanesCounters {
    return { sending: this.#sending.counters, receiving: this.#receiving.counters };
  }

  /** From the peer's parameters; until then nothing leaves. */
  setPeerCredit(connection: number, lane: number): void {
    this.#sending.setPeerCredit(connection, lane);
  }

  /** Longest frame body accepted from now on. */
  limitBody(maxBytes: number): void {
    this.#receiving.limitBody(maxBytes);
  }

  /** Takes whole frames of one lane, back to back. The bytes are kept until they are acknowledged, and never changed. */
  enqueue(lane: Lane, frames: Uint8Array): void {
    this.#sending.enqueue(lane, frames);
  }

  /** One frame that may be lost; one that fits no datagram goes on its lane [CREDIT-5]. */
  enqueueDatagram(frame: Uint8Array): void {
    this.#sending.enqueueDatagram(frame);
  }

  /** Bytes held because they are not acknowledged, or, of datagrams, have not left. */
  get bufferedBytes(): number {
    return this.#sending.bufferedBytes;
  }

  /** Calls to `enqueue` and `enqueueDatagram` whose bytes are held. */
  get runs(): number {
    return this.#sending.runs;
  }

  /** Nothing waits and nothing is unacknowledged. */
  get idle(): boolean {
    return this.#sending.bufferedBytes === 0;
  }

  /** There is something lost, or new with credit for it, or a datagram: `fill` with room for a packet writes some of it. */
  get wantsToSend(): boolean {
    return this.#sending.wantsToSend;
  }

  /** Of that something is small and of lanes 0 or 1, so that it may leave beyond the window [URGENT-5]. */
  get wantsUrgent(): boolean {
    return this.#sending.wantsUrgent;
  }

  /** Writes chunks in the order of CREDIT-4 into the room of `writer`. Returns whether it wrote any; all of them elicit. */
  fill(now: number, writer: ByteWriter, carried: Carried[], how: FillHow): boolean {
    return this.#sending.fill(now, writer, carried, how);
  }

  /** When a packet may leave that only repeats [URGENT-3] [URGENT-4]; Infinity when none is due. */
  repeatDeadline(how: RepeatHow): number {
    return this.#sending.repeatDeadline(how);
  }

  /** Queues the oldest unacknowledged bytes, urgent ones first, to leave again [URGENT-6]; false if there are none. */
  prepareProbe(): boolean {
    return this.#sending.prepareProbe();
  }

  /** A packet with these bytes arrived. Also good for one that had been taken for lost. */
  acknowledged(span: LaneSpan): void {
    this.#sending.acknowledged(span);
  }

  lost(span: LaneSpan): void {
    this.#sending.lost(span);
  }

  peerCredit(limit: number): void {
    this.#sending.peerCredit(limit);
  }

  peerLaneCredit(lane: Lane, limit: number): void {
    this.#sending.peerLaneCredit(lane, limit);
  }

  /**
   * False when these bytes would make one piece too many [CREDIT-6], if each of the `before` chunks of the same packet
   * makes one: the packet must then be dropped, before anything of it is used or acknowledged.
   */
  accepts(lane: Lane, offset: number, length: number, before = 0): boolean {
    return this.#receiving.accepts(lane, offset, length, before);
  }

  /**
   * Takes bytes of a lane and hands on the frames that they complete. Returns whether any byte was new. Throws UdpFault
   * `credit` or `malformed`; SottoError from FrameReader passes through.
   */
  receive(lane: Lane, offset: number, bytes: Uint8Array): boolean {
    return this.#receiving.receive(lane, offset, bytes);
  }

  /** Anything but exactly one frame within the limit of bodies is dropped and counted. */
  receiveDatagram(frame: Uint8Array): void {
    this.#receiving.receiveDatagram(frame);
  }

  /** No frame and no datagram is handed on any more, also when called inside one; what comes is ignored. */
  stop(): void {
    this.#receiving.stop();
  }

  get owesCredit(): boolean {
    return this.#receiving.owesCredit;
  }

  /** Writes the limits that the peer is owed, as far as there is room. */
  writeCredit(now: number, smoothedMs: number, writer: ByteWriter, carried: Carried[]): void {
    this.#receiving.writeCredit(now, smoothedMs, writer, carried);
  }

  /** A packet with a limit was lost. */
  creditLost(carried: Carried): void {
    this.#receiving.creditLost(carried);
  }

  /** Memory that the peer makes this side hold: bytes out of order, frames that have not ended. */
  get heldBytes(): number {
    return this.#receiving.memoryBytes;
  }
}
