import type { QuicSession, QuicStream } from 'node:quic';
import {
  BODY_MAX_BYTES_BEFORE_LOGIN,
  FrameReader,
  HEADER_BYTES,
  type Lane,
  laneOf,
  readHeader,
  SottoError,
} from '@sotto/protocol';
import { STREAMS_MAX, UNFINISHED_MAX_BYTES } from './settings.ts';

export interface IncomingSink {
  frame(frame: Uint8Array): void;
  datagram(frame: Uint8Array): void;
  /** What came is no frame, or one beyond the limit. */
  malformed(error: SottoError): void;
  /** The peer took back what it said on a lane. */
  cutOff(): void;
  /** The peer breaks the rules of lanes. */
  violated(detail: string): void;
  /** The peer is done, and everything that it sent has been read. */
  finished(): void;
  /** The owner threw. */
  defect(error: unknown): void;
}

interface IncomingLane {
  /** Unknown until its first frame is there. */
  number: Lane | undefined;
  readonly reader: FrameReader;
  hasBytes: boolean;
}

/** What arrives, each lane on a stream of its own. Streams are read at once and as they come. */
export class IncomingLanes {
  readonly #session: QuicSession;
  readonly #sink: IncomingSink;
  readonly #lanes = new Set<IncomingLane>();
  readonly #numbers = new Set<Lane>();
  #bodyMaxBytes = BODY_MAX_BYTES_BEFORE_LOGIN;
  /** Ever opened by the peer. */
  #streams = 0;
  #ended = 0;
  /** How many lanes the peer says it had [QUIC-4]. */
  #endedMax: number | undefined;
  #unfinishedBytes = 0;
  #isStopped = false;

  constructor(session: QuicSession, sink: IncomingSink) {
    this.#session = session;
    this.#sink = sink;
  }

  limitBody(maxBytes: number): void {
    this.#bodyMaxBytes = maxBytes;
    for (const { reader } of this.#lanes) reader.bodyMaxBytes = maxBytes;
  }

  /** Nothing is told any more but that the peer is done; what still comes is read and forgotten. */
  stop(): void {
    this.#isStopped = true;
  }

  take(stream: QuicStream): void {
    stream.closed.catch(() => {});
    this.#streams += 1;
    if (stream.direction !== 'uni') this.#violated('a stream in both directions');
    else if (this.#streams > STREAMS_MAX) this.#violated('more streams than there are lanes');
    else void this.#read(stream);
  }

  takeDatagram(frame: Uint8Array): void {
    if (this.#isStopped) return;
    const whole =
      frame.length >= HEADER_BYTES && frame.length === HEADER_BYTES + readHeader(frame).bodyLength;
    if (!whole || frame.length > HEADER_BYTES + this.#bodyMaxBytes) return;
    this.#guarded(() => this.#sink.datagram(frame));
  }

  async #read(stream: QuicStream): Promise<void> {
    const { id } = stream;
    const lane: IncomingLane = { number: undefined, reader: new FrameReader(), hasBytes: false };
    lane.reader.bodyMaxBytes = this.#bodyMaxBytes;
    this.#lanes.add(lane);
    try {
      for await (const chunks of stream) for (const chunk of chunks) this.#push(lane, chunk);
    } catch {
      if (!this.#session.destroyed && !this.#isStopped) this.#sink.cutOff();
      return;
    }
    if (!this.#session.destroyed) this.#end(lane, id);
  }

  #push(lane: IncomingLane, chunk: Uint8Array): void {
    lane.hasBytes = true;
    if (this.#isStopped) return;
    let ended = 0;
    this.#guarded(() =>
      lane.reader.push(chunk, (frame) => {
        ended += frame.length;
        if (!this.#isStopped && this.#belongs(lane, frame)) this.#sink.frame(frame);
      }),
    );
    this.#unfinishedBytes += chunk.length - ended;
    if (this.#unfinishedBytes > UNFINISHED_MAX_BYTES)
      this.#violated('more unfinished frames than this side holds');
  }

  #belongs(lane: IncomingLane, frame: Uint8Array): boolean {
    const number = laneOf(frame);
    if (lane.number === number) return true;
    const isNew = lane.number === undefined && !this.#numbers.has(number);
    if (!isNew) this.#violated(`a frame of lane ${number} on another stream than its own`);
    lane.number = number;
    this.#numbers.add(number);
    return isNew;
  }

  #end(lane: IncomingLane, id: bigint | null): void {
    this.#lanes.delete(lane);
    if (lane.hasBytes) this.#ended += 1;
    else if (this.#endedMax === undefined) this.#endedMax = Number((id ?? 0n) >> 2n);
    else this.#violated('said twice that it is done');
    if (this.#ended === this.#endedMax) this.#sink.finished();
  }

  #violated(detail: string): void {
    if (!this.#isStopped) this.#sink.violated(detail);
  }

  #guarded(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      if (error instanceof SottoError) this.#sink.malformed(error);
      else this.#sink.defect(error);
    }
  }
}
