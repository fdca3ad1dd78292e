import type { QuicSession, QuicStream } from 'node:quic';
import { CHAT_LANE, CONTROL_LANE, type Lane, RunQueue } from '@sotto/protocol';

/** Runs of an urgent lane that are handed over together. */
const BATCH_MAX_BYTES = 64 * 1024;
/** So a stream takes one batch and then none until the runtime has put all of it into packets. */
const STREAM_BUFFER_BYTES = 1;

type LaneState =
  | { kind: 'unopened' }
  | { kind: 'opening' }
  | { kind: 'idle'; stream: QuicStream }
  | { kind: 'writing'; stream: QuicStream; bytes: number };

interface OutgoingLane {
  readonly runs: RunQueue;
  state: LaneState;
}

export interface OutgoingSink {
  /** Bytes have left, or may. */
  moved(): void;
  /** The peer does not take a lane any more. */
  refused(): void;
}

/**
 * What leaves, each lane on a stream of its own [QUIC-2]. Streams wait for nobody but their own credit, yet a batch that
 * the runtime has is not overtaken, so files have one run there, and only when nothing else waits [LANE-2].
 */
export class OutgoingLanes {
  readonly #session: QuicSession;
  readonly #sink: OutgoingSink;
  readonly #lanes = new Map<Lane, OutgoingLane>();
  /** Files with something to send, in the order of their next turn. */
  readonly #turns = new Set<Lane>();
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
    this.#lane(lane).runs.push(frames);
    if (lane !== CONTROL_LANE && lane !== CHAT_LANE) this.#turns.add(lane);
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
    this.#advance(CONTROL_LANE);
    this.#advance(CHAT_LANE);
    this.#sendDatagrams();
    while (!this.#waitsUrgently && this.#unwrittenBytes === 0) {
      const [lane] = this.#turns;
      if (lane === undefined) return;
      this.#turns.delete(lane);
      this.#advance(lane, 1);
      const { runs, state } = this.#lane(lane);
      if (!runs.empty) this.#turns.add(lane);
      if (state.kind === 'opening') return;
    }
  }

  /** Ends every lane and says so [QUIC-4]; nothing waits any more. */
  async finish(): Promise<void> {
    this.#isFinished = true;
    for (const { state } of this.#lanes.values()) if (state.kind === 'idle') state.stream.writer.endSync();
    try {
      const last = await this.#session.createUnidirectionalStream();
      last.closed.catch(() => {});
      last.writer.endSync();
    } catch {
      // The session is over, which it tells itself.
    }
  }

  clear(): void {
    for (const { runs } of this.#lanes.values()) runs.clear();
    this.#turns.clear();
    this.#datagrams = [];
    this.#waitingBytes = 0;
    this.#unwrittenBytes = 0;
    this.#runs = 0;
  }

  get #waitsUrgently(): boolean {
    return [CONTROL_LANE, CHAT_LANE].some((lane) => this.#lanes.get(lane)?.runs.empty === false);
  }

  #lane(number: Lane): OutgoingLane {
    const known = this.#lanes.get(number);
    if (known !== undefined) return known;
    const lane: OutgoingLane = { runs: new RunQueue(), state: { kind: 'unopened' } };
    this.#lanes.set(number, lane);
    return lane;
  }

  #advance(number: Lane, runsMax = Number.POSITIVE_INFINITY): void {
    const lane = this.#lanes.get(number);
    if (lane === undefined || lane.runs.empty) return;
    switch (lane.state.kind) {
      case 'unopened':
        lane.state = { kind: 'opening' };
        void this.#open(lane);
        return;
      case 'idle':
        this.#write(lane, lane.state.stream, runsMax);
        return;
      case 'opening':
      case 'writing':
        return;
    }
  }

  async #open(lane: OutgoingLane): Promise<void> {
    try {
      const stream = await this.#session.createUnidirectionalStream({ highWaterMark: STREAM_BUFFER_BYTES });
      stream.closed.then(this.#refused, this.#refused);
      lane.state = { kind: 'idle', stream };
      this.#sink.moved();
    } catch {
      // The session is over, which it tells itself.
    }
  }

  #refused = (): void => {
    if (!this.#isFinished && !this.#session.destroyed) this.#sink.refused();
  };

  #write(lane: OutgoingLane, stream: QuicStream, runsMax: number): void {
    const batch: Uint8Array[] = [];
    let bytes = 0;
    while (batch.length < runsMax && bytes < BATCH_MAX_BYTES) {
      const run = lane.runs.shift(Number.POSITIVE_INFINITY);
      if (run === undefined) break;
      batch.push(run);
      bytes += run.length;
    }
    this.#waitingBytes -= bytes;
    this.#runs -= batch.length;
    // An idle stream takes everything, unless it is over.
    if (!stream.writer.writevSync(batch)) {
      this.#refused();
      return;
    }
    const drained = drainOf(stream);
    if (drained === null) return;
    lane.state = { kind: 'writing', stream, bytes };
    this.#unwrittenBytes += bytes;
    drained.then(
      () => this.#drained(lane, stream, bytes),
      () => {},
    );
  }

  #drained(lane: OutgoingLane, stream: QuicStream, bytes: number): void {
    if (lane.state.kind !== 'writing' || this.#session.destroyed) return;
    lane.state = { kind: 'idle', stream };
    this.#unwrittenBytes -= bytes;
    this.#sink.moved();
  }

  #sendDatagrams(): void {
    for (const frame of this.#datagrams.splice(0)) {
      this.#waitingBytes -= frame.length;
      this.#runs -= 1;
      this.#session.sendDatagram(frame).catch(() => {});
    }
  }
}

/** What Node.js names a writer's promise of room; null where there is room. */
const DRAINABLE = Symbol.for('Stream.drainableProtocol');

function drainOf({ writer }: QuicStream): Promise<unknown> | null {
  return (writer as typeof writer & { [DRAINABLE](): Promise<unknown> | null })[DRAINABLE]();
}
