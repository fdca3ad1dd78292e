import type { QuicSession, QuicStream } from 'node:quic';
import { CHAT_LANE, CONTROL_LANE, type Lane, RunQueue } from '@sotto/protocol';
import { type StreamNumber, streamOf } from './streams.ts';

/** Runs of an urgent lane that are handed over together. */
const BATCH_MAX_BYTES = 64 * 1024;
/** So a stream takes one batch and then none until the runtime has put all of it into packets. */
const STREAM_BUFFER_BYTES = 1;
const URGENT: readonly StreamNumber[] = [CONTROL_LANE, CHAT_LANE].map(streamOf);

type StreamState =
  | { kind: 'unopened' }
  | { kind: 'opening' }
  | { kind: 'idle'; stream: QuicStream }
  | { kind: 'writing'; stream: QuicStream };

interface Outgoing {
  readonly runs: RunQueue;
  state: StreamState;
}

export interface OutgoingSink {
  /** Bytes have left, or may. */
  moved(): void;
  /** The peer does not take a stream any more. */
  refused(): void;
}

/**
 * What leaves. Streams wait for nobody but their own credit [QUIC-2], yet a batch that the runtime has is not overtaken,
 * so files have one run there, and only when nothing else waits [LANE-2].
 */
export class OutgoingStreams {
  readonly #session: QuicSession;
  readonly #sink: OutgoingSink;
  readonly #streams = new Map<StreamNumber, Outgoing>();
  /** Those of files with something to send, in the order of their next turn. */
  readonly #turns = new Set<StreamNumber>();
  #datagrams: Uint8Array[] = [];
  #waitingBytes = 0;
  #unwrittenBytes = 0;
  #runs = 0;
  #isFinished = false;

  constructor(session: QuicSession, sink: OutgoingSink) {
    this.#session = session;
    this.#sink = sink;
  }

  /** Bytes that the runtime has not put into packets yet. */
  get bytes(): number {
    return this.#waitingBytes + this.#unwrittenBytes;
  }

  get runs(): number {
    return this.#runs;
  }

  enqueue(lane: Lane, frames: Uint8Array): void {
    if (frames.length === 0) return;
    const number = streamOf(lane);
    this.#outgoing(number).runs.push(frames);
    if (!URGENT.includes(number)) this.#turns.add(number);
    this.#waitingBytes += frames.length;
    this.#runs += 1;
  }

  enqueueDatagram(frame: Uint8Array): void {
    this.#datagrams.push(frame);
    this.#waitingBytes += frame.length;
    this.#runs += 1;
  }

  /** Hands over what may go now. */
  flush(): void {
    for (const number of URGENT) this.#advance(number);
    this.#sendDatagrams();
    while (this.#unwrittenBytes === 0 && !this.#waitsUrgently) {
      const [number] = this.#turns;
      if (number === undefined) return;
      this.#turns.delete(number);
      const { runs, state } = this.#advance(number, 1);
      if (!runs.empty) this.#turns.add(number);
      if (state.kind !== 'idle') return;
    }
  }

  /** Ends every stream and says so [QUIC-4]; nothing waits any more. */
  async finish(): Promise<void> {
    this.#isFinished = true;
    for (const { state } of this.#streams.values()) if (state.kind === 'idle') state.stream.writer.endSync();
    try {
      const last = await this.#session.createUnidirectionalStream();
      last.closed.catch(() => {});
      last.writer.endSync();
    } catch {
      // The session is over, which it tells itself.
    }
  }

  clear(): void {
    for (const { runs } of this.#streams.values()) runs.clear();
    this.#turns.clear();
    this.#datagrams = [];
    this.#waitingBytes = 0;
    this.#unwrittenBytes = 0;
    this.#runs = 0;
  }

  get #waitsUrgently(): boolean {
    return URGENT.some((number) => this.#streams.get(number)?.runs.empty === false);
  }

  #outgoing(number: StreamNumber): Outgoing {
    const known = this.#streams.get(number);
    if (known !== undefined) return known;
    const outgoing: Outgoing = { runs: new RunQueue(), state: { kind: 'unopened' } };
    this.#streams.set(number, outgoing);
    return outgoing;
  }

  #advance(number: StreamNumber, runsMax = Number.POSITIVE_INFINITY): Outgoing {
    const outgoing = this.#outgoing(number);
    if (outgoing.runs.empty) return outgoing;
    switch (outgoing.state.kind) {
      case 'unopened':
        outgoing.state = { kind: 'opening' };
        void this.#open(outgoing);
        break;
      case 'idle':
        this.#write(outgoing, outgoing.state.stream, runsMax);
        break;
      case 'opening':
      case 'writing':
        break;
    }
    return outgoing;
  }

  async #open(outgoing: Outgoing): Promise<void> {
    try {
      const stream = await this.#session.createUnidirectionalStream({ highWaterMark: STREAM_BUFFER_BYTES });
      stream.closed.then(this.#refused, this.#refused);
      outgoing.state = { kind: 'idle', stream };
      this.#sink.moved();
    } catch {
      // The session is over, which it tells itself.
    }
  }

  #write(outgoing: Outgoing, stream: QuicStream, runsMax: number): void {
    const writer = writerOf(stream);
    const { desiredSize } = writer;
    if (desiredSize === null) {
      this.#refused();
      return;
    }
    const batch = desiredSize > 0 ? takeBatch(outgoing.runs, runsMax) : [];
    const bytes = batch.reduce((sum, { length }) => sum + length, 0);
    this.#waitingBytes -= bytes;
    this.#unwrittenBytes += bytes;
    this.#runs -= batch.length;
    writer.writevSync(batch);
    if (!this.#awaitRoom(outgoing, stream, bytes)) this.#unwrittenBytes -= bytes;
  }

  /** Whether there is something to wait for. */
  #awaitRoom(outgoing: Outgoing, stream: QuicStream, bytes: number): boolean {
    const drained = writerOf(stream)[DRAINABLE]();
    if (drained === null) return false;
    outgoing.state = { kind: 'writing', stream };
    drained.then(
      () => this.#drained(outgoing, stream, bytes),
      () => {},
    );
    return true;
  }

  #drained(outgoing: Outgoing, stream: QuicStream, bytes: number): void {
    if (this.#session.destroyed) return;
    // The runtime may tell of room that came with an earlier batch.
    if (writerOf(stream).desiredSize === 0 && this.#awaitRoom(outgoing, stream, bytes)) return;
    outgoing.state = { kind: 'idle', stream };
    this.#unwrittenBytes -= bytes;
    this.#sink.moved();
  }

  #refused = (): void => {
    if (!this.#isFinished && !this.#session.destroyed) this.#sink.refused();
  };

  #sendDatagrams(): void {
    for (const frame of this.#datagrams.splice(0)) {
      this.#waitingBytes -= frame.length;
      this.#runs -= 1;
      this.#session.sendDatagram(frame).catch(() => {});
    }
  }
}

function takeBatch(runs: RunQueue, runsMax: number): Uint8Array[] {
  const batch: Uint8Array[] = [];
  for (let bytes = 0; batch.length < runsMax && bytes < BATCH_MAX_BYTES; ) {
    const run = runs.shift(Number.POSITIVE_INFINITY);
    if (run === undefined) break;
    batch.push(run);
    bytes += run.length;
  }
  return batch;
}

/** What Node.js names a writer's promise of room. */
const DRAINABLE = Symbol.for('Stream.drainableProtocol');

/** What writers have beside what is declared of them. */
type StreamWriter = QuicStream['writer'] & {
  /** Null when the stream is over. */
  readonly desiredSize: number | null;
  /** Null where there is room, or never will be. */
  [DRAINABLE](): Promise<unknown> | null;
};

const writerOf = (stream: QuicStream): StreamWriter => stream.writer as StreamWriter;
