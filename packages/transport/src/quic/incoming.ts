import type { QuicSession, QuicStream } from 'node:quic';
import {
  BODY_MAX_BYTES_BEFORE_LOGIN,
  FrameReader,
  HEADER_BYTES,
  laneOf,
  readHeader,
  SottoError,
} from '@sotto/protocol';
import { UNFINISHED_MAX_BYTES } from './settings.ts';
import { STREAMS_MAX, type StreamNumber, streamOf } from './streams.ts';

export interface IncomingSink {
  frame(frame: Uint8Array): void;
  datagram(frame: Uint8Array): void;
  /** What came is no frame, or one beyond the limit. */
  malformed(error: SottoError): void;
  /** The peer took back what it said on a stream. */
  cutOff(): void;
  /** The peer breaks the rules of streams. */
  violated(detail: string): void;
  /** The peer is done, and everything that it sent has been read. */
  finished(): void;
  /** The owner threw. */
  defect(error: unknown): void;
}

interface Incoming {
  /** Unknown until its first frame is there. */
  number: StreamNumber | undefined;
  readonly reader: FrameReader;
  hasBytes: boolean;
}

/** What arrives. Streams are read at once and as they come, so that none waits for another [QUIC-2]. */
export class IncomingStreams {
  readonly #session: QuicSession;
  readonly #sink: IncomingSink;
  readonly #open = new Set<Incoming>();
  readonly #numbers = new Set<StreamNumber>();
  #bodyMaxBytes = BODY_MAX_BYTES_BEFORE_LOGIN;
  /** Ever opened by the peer. */
  #opened = 0;
  #ended = 0;
  /** How many there were when the peer said that it is done [QUIC-4]. */
  #endedMax: number | undefined;
  #unfinishedBytes = 0;
  #isStopped = false;

  constructor(session: QuicSession, sink: IncomingSink) {
    this.#session = session;
    this.#sink = sink;
  }

  limitBody(maxBytes: number): void {
    this.#bodyMaxBytes = maxBytes;
    for (const { reader } of this.#open) reader.bodyMaxBytes = maxBytes;
  }

  /** Nothing is told any more but that the peer is done; what still comes is read and forgotten. */
  stop(): void {
    this.#isStopped = true;
  }

  take(stream: QuicStream): void {
    stream.closed.catch(() => {});
    this.#opened += 1;
    if (stream.direction !== 'uni') this.#violated('a stream in both directions');
    else if (this.#opened > STREAMS_MAX) this.#violated('more streams than there may be');
    else void this.#read(stream);
  }

  takeDatagram(frame: Uint8Array): void {
    if (this.#isStopped) return;
    const isWhole =
      frame.length >= HEADER_BYTES && frame.length === HEADER_BYTES + readHeader(frame).bodyLength;
    if (!isWhole || frame.length > HEADER_BYTES + this.#bodyMaxBytes) return;
    this.#guarded(() => this.#sink.datagram(frame));
  }

  async #read(stream: QuicStream): Promise<void> {
    const { id } = stream;
    const incoming: Incoming = { number: undefined, reader: new FrameReader(), hasBytes: false };
    incoming.reader.bodyMaxBytes = this.#bodyMaxBytes;
    this.#open.add(incoming);
    try {
      for await (const chunks of stream) for (const chunk of chunks) this.#push(incoming, chunk);
    } catch {
      if (!this.#session.destroyed && !this.#isStopped) this.#sink.cutOff();
      return;
    }
    // The streams of a session that is over end as well.
    if (!this.#session.destroyed) this.#end(incoming, id);
  }

  #push(incoming: Incoming, chunk: Uint8Array): void {
    incoming.hasBytes = true;
    if (this.#isStopped) return;
    let ended = 0;
    this.#guarded(() =>
      incoming.reader.push(chunk, (frame) => {
        ended += frame.length;
        if (!this.#isStopped && this.#belongs(incoming, frame)) this.#sink.frame(frame);
      }),
    );
    this.#unfinishedBytes += chunk.length - ended;
    if (this.#unfinishedBytes > UNFINISHED_MAX_BYTES)
      this.#violated('more unfinished frames than this side holds');
  }

  #belongs(incoming: Incoming, frame: Uint8Array): boolean {
    const lane = laneOf(frame);
    const number = streamOf(lane);
    if (incoming.number === number) return true;
    const isFirst = incoming.number === undefined && !this.#numbers.has(number);
    if (!isFirst) this.#violated(`a frame of lane ${lane} on another stream than its own`);
    incoming.number = number;
    this.#numbers.add(number);
    return isFirst;
  }

  #end(incoming: Incoming, id: bigint | null): void {
    this.#open.delete(incoming);
    if (incoming.hasBytes) this.#ended += 1;
    else if (this.#endedMax === undefined) this.#endedMax = indexOf(id);
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

/** How many streams of its kind were opened before it: the lowest two bits say who opened it and whether it has two directions. */
const indexOf = (id: bigint | null): number => Number((id ?? 0n) >> 2n);
