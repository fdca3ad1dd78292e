/**
 * Files on their way over one connection at a time, whose lanes keep their order and nothing else: what happens next, and
 * what is lost or damaged, the caller decides.
 */
import { FILE_CHUNK_BYTES } from '@sotto/model';
import { decode, encode, type FrameFields, type FrameMessage } from '../../index.ts';
import { FlightWindow } from '../flight-window.ts';
import { type IncomingChunk, IncomingTransfer } from '../incoming-transfer.ts';
import { OutgoingTransfer } from '../outgoing-transfer.ts';
import { TransferTurns } from '../turns.ts';

export const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(new Bun.CryptoHasher('sha256').update(bytes).digest());

const equal = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** One file, whole at the sender, and what is written of it at the receiver, which outlives connections. */
export interface Journey {
  file: Uint8Array;
  written: Uint8Array;
  writtenBytes: number;
}

interface Flow {
  journey: Journey;
  outgoing: OutgoingTransfer;
  incoming: IncomingTransfer;
  lane: Uint8Array[];
  /** Complete, and not verified yet. */
  chunks: IncomingChunk[];
}

export class Exchange {
  readonly window = new FlightWindow();
  readonly flows: Flow[];
  /** Lane 0 back. */
  readonly #answers: { flow: Flow; frame: Uint8Array }[] = [];
  readonly #turns = new TransferTurns();
  /** Of data, over all transfers. */
  sentBytes = 0;
  nowMs = 0;

  constructor(journeys: readonly Journey[], lentBytes: number) {
    this.flows = journeys.map((journey, index) => {
      const start = { transfer: index + 1, sizeBytes: journey.file.length, offset: journey.writtenBytes };
      const incoming = new IncomingTransfer({ ...start, creditBytes: lentBytes });
      const outgoing = new OutgoingTransfer({ ...start, credit: incoming.credit, window: this.window });
      this.#turns.add(outgoing);
      return { journey, outgoing, incoming, lane: [], chunks: [] };
    });
  }

  get isComplete(): boolean {
    return this.flows.every(({ incoming, outgoing }) => incoming.isComplete && outgoing.isComplete);
  }

  /** The next piece leaves, if one may. Throws where it is more than was agreed. */
  send(): boolean {
    for (const { outgoing, journey } of this.flows) {
      const { wanted } = outgoing;
      if (wanted === undefined) continue;
      const chunk = journey.file.slice(wanted.offset, wanted.offset + wanted.length);
      outgoing.load(wanted.offset, chunk, sha256(chunk));
    }
    const next = this.#turns.take(this.nowMs);
    if (next === undefined) return false;
    const flow = this.flows.find(({ outgoing }) => outgoing === next.transfer);
    const { offset = 0, data = new Uint8Array(0) } = next.piece;
    if (flow === undefined || offset + data.length > flow.incoming.credit)
      throw new Error('beyond the credit');
    if (this.window.flightBytes > this.window.windowBytes) throw new Error('beyond the window');
    this.sentBytes += data.length;
    flow.lane.push(encode(1, 'fileData', 0, next.piece));
    return true;
  }

  /** The next frame of a lane arrives; `damage` may change it. */
  deliver(flow: Flow, damage: (message: FrameMessage<'fileData'>) => void = () => {}): boolean {
    const frame = flow.lane.shift();
    if (frame === undefined) return false;
    const message = decode('fileData', frame);
    damage(message);
    const { progress, chunk } = flow.incoming.data(message);
    frame.fill(0xee);
    if (chunk !== undefined) flow.chunks.push(chunk);
    this.#answer(flow, progress);
    return true;
  }

  /** The receiver gets round to a chunk: hashes it, and writes it or asks for it again. */
  verify(flow: Flow): boolean {
    const chunk = flow.chunks.shift();
    if (chunk === undefined) return false;
    const { incoming, journey } = flow;
    if (!incoming.isDue(chunk.offset)) return true;
    if (!equal(sha256(chunk.bytes), chunk.sha256)) this.#answer(flow, incoming.damaged(chunk.offset));
    else {
      if (chunk.offset !== journey.writtenBytes) throw new Error(`${chunk.offset} is written out of order`);
      journey.written.set(chunk.bytes, chunk.offset);
      journey.writtenBytes += chunk.bytes.length;
      this.#answer(flow, incoming.written(journey.writtenBytes));
    }
    return true;
  }

  lend(flow: Flow, bytes: number): void {
    this.#answer(flow, flow.incoming.lend(bytes));
  }

  /** The next answer reaches the sender. */
  acknowledge(): boolean {
    const answer = this.#answers.shift();
    if (answer === undefined) return false;
    answer.flow.outgoing.progress(decode('fileProgress', answer.frame), this.nowMs);
    return true;
  }

  /** Everything goes on until nothing does. */
  settle(): void {
    for (let moved = true; moved; this.nowMs += 1) {
      moved = this.send();
      for (const flow of this.flows) {
        if (this.deliver(flow)) moved = true;
        if (this.verify(flow)) moved = true;
      }
      if (this.acknowledge()) moved = true;
    }
  }

  #answer(flow: Flow, fields: FrameFields<'fileProgress'> | undefined): void {
    if (fields !== undefined) this.#answers.push({ flow, frame: encode(1, 'fileProgress', 0, fields) });
  }
}

export function journeyOf(sizeBytes: number, seed = 1): Journey {
  const file = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at++) file[at] = (at * 31 + (at >>> 8) * seed) & 0xff;
  return { file, written: new Uint8Array(sizeBytes), writtenBytes: 0 };
}

export const CHUNK = FILE_CHUNK_BYTES;
