import { BODY_MAX_BYTES_BEFORE_LOGIN } from '../../constants.ts';
import { HEADER_BYTES, type Lane, laneOf, readHeader } from '../../frame.ts';
import type { Carried } from '../carried.ts';
import { CONNECTION_CREDIT_BYTES, CONNECTION_CREDIT_MAX_BYTES } from '../constants.ts';
import { CloseCode, malformed, UdpFault } from '../fault.ts';
import { PIECES_MAX, UNFINISHED_MAX_BYTES } from '../tuning.ts';
import type { ByteWriter } from '../wire/bytes.ts';
import { type Chunk, chunkBytes, writeChunk } from '../wire/chunk.ts';
import { Credit } from './credit.ts';
import { ReceiveLane } from './receive-lane.ts';

export interface LanesSink {
  /** The view is valid during the call only. */
  frame(frame: Uint8Array): void;
  datagram(frame: Uint8Array): void;
}

export interface ReceivingCounters {
  datagramsReceived: number;
  datagramsRefused: number;
}

/** What arrives on all lanes: order, frames, the credit that the peer has here. */
export class Receiving {
  readonly #sink: LanesSink;
  readonly #startedAt: number;
  readonly #lanes = new Map<Lane, ReceiveLane>();
  readonly #credit: Credit;
  /** Lanes whose peer is owed a new limit; the same of the connection. */
  readonly #owed = new Set<Lane>();
  #owesConnection = false;
  /** Sums over all lanes. */
  #read = 0;
  #highest = 0;
  #pieces = 0;
  /** Bytes of frames that have begun and not ended. */
  #unfinished = 0;
  #bodyMaxBytes = BODY_MAX_BYTES_BEFORE_LOGIN;
  #stopped = false;
  readonly counters: ReceivingCounters = { datagramsReceived: 0, datagramsRefused: 0 };

  constructor(sink: LanesSink, now: number) {
    this.#sink = sink;
    this.#startedAt = now;
    this.#credit = new Credit(now, CONNECTION_CREDIT_BYTES, CONNECTION_CREDIT_MAX_BYTES);
  }

  /** Memory that the peer can make this side hold. */
  get memoryBytes(): number {
    let bytes = this.#unfinished;
    for (const lane of this.#lanes.values()) bytes += lane.pageBytes;
    return bytes;
  }

  get owesCredit(): boolean {
    return this.#owesConnection || this.#owed.size > 0;
  }

  limitBody(maxBytes: number): void {
    this.#bodyMaxBytes = maxBytes;
    for (const lane of this.#lanes.values()) lane.reader.bodyMaxBytes = maxBytes;
  }

  stop(): void {
    this.#stopped = true;
  }

  accepts(number: Lane, offset: number, length: number, before: number): boolean {
    if (this.#pieces + before < PIECES_MAX) return true;
    const lane = this.#lanes.get(number);
    return lane === undefined ? offset === 0 : !lane.splits(offset, offset + length);
  }

  receive(number: Lane, offset: number, bytes: Uint8Array): boolean {
    if (this.#stopped) return true;
    const lane = this.#within(number, offset + bytes.length);
    const { read, highest, pieces } = lane;
    let ended = 0;
    let fresh = true;
    try {
      fresh = lane.receive(offset, bytes, (frame) => {
        if (laneOf(frame) !== number) throw malformed(`a frame of lane ${laneOf(frame)} on lane ${number}`);
        ended += frame.length;
        if (!this.#stopped) this.#sink.frame(frame);
      });
    } catch (error) {
      if (this.#stopped) return true;
      throw error;
    }
    this.#read += lane.read - read;
    this.#highest += lane.highest - highest;
    this.#pieces += lane.pieces - pieces;
    this.#unfinished += lane.read - read - ended;
    if (this.#unfinished > UNFINISHED_MAX_BYTES)
      throw new UdpFault(CloseCode.credit, 'more unfinished frames than this side holds');
    if (lane.credit.due(lane.read)) this.#owed.add(number);
    if (this.#credit.due(this.#read)) this.#owesConnection = true;
    return fresh;
  }

  receiveDatagram(frame: Uint8Array): void {
    if (this.#stopped) return;
    const whole =
      frame.length >= HEADER_BYTES && frame.length === HEADER_BYTES + readHeader(frame).bodyLength;
    if (!whole || frame.length > HEADER_BYTES + this.#bodyMaxBytes) {
      this.counters.datagramsRefused += 1;
      return;
    }
    this.counters.datagramsReceived += 1;
    this.#sink.datagram(frame);
  }

  writeCredit(now: number, smoothedMs: number, writer: ByteWriter, carried: Carried[]): void {
    if (this.#owesConnection) {
      const limit = this.#credit.grant(now, smoothedMs, this.#read);
      if (!put(writer, { kind: 'credit', limit })) return;
      carried.push({ kind: 'credit' });
      this.#owesConnection = false;
    }
    for (const number of this.#owed) {
      const lane = this.#lanes.get(number);
      if (lane === undefined) continue;
      const limit = lane.credit.grant(now, smoothedMs, lane.read);
      if (!put(writer, { kind: 'laneCredit', lane: number, limit })) return;
      carried.push({ kind: 'laneCredit', lane: number });
      this.#owed.delete(number);
    }
  }

  /** A packet with a limit was lost: the newest is told again. */
  creditLost(carried: Carried): void {
    if (carried.kind === 'credit') this.#owesConnection = true;
    if (carried.kind === 'laneCredit') this.#owed.add(carried.lane);
  }

  /** The lane, if bytes up to `end` are within all credit [CREDIT-3]. */
  #within(number: Lane, end: number): ReceiveLane {
    let lane = this.#lanes.get(number);
    if (lane === undefined) {
      lane = new ReceiveLane(number, this.#startedAt);
      lane.reader.bodyMaxBytes = this.#bodyMaxBytes;
      this.#lanes.set(number, lane);
    }
    if (end > lane.credit.limit) throw new UdpFault(CloseCode.credit, `lane ${number} beyond its credit`);
    if (this.#highest + Math.max(0, end - lane.highest) > this.#credit.limit)
      throw new UdpFault(CloseCode.credit, 'the lanes together beyond their credit');
    return lane;
  }
}

function put(writer: ByteWriter, chunk: Chunk): boolean {
  if (chunkBytes(chunk) > writer.remaining) return false;
  writeChunk(writer, chunk);
  return true;
}
