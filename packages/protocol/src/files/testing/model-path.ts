/**
 * Transfers over a model of a path, under virtual time: one queue of given rate, delays there and back, jitter where pieces
 * and acknowledgements are dealt with. The ends are those that ship.
 */

import { create } from '@bufbuild/protobuf';
import { FILE_CHUNK_BYTES } from '@sotto/model';
import { FileDataSchema, FileProgressSchema } from '@sotto/schema';
import type { FrameFields } from '../../index.ts';
import { seeded } from '../../testing/mutate.ts';
import { EventQueue } from '../../testing/queue.ts';
import { FlightWindow } from '../flight-window.ts';
import { IncomingTransfer } from '../incoming-transfer.ts';
import { OutgoingTransfer } from '../outgoing-transfer.ts';
import { TransferTurns } from '../turns.ts';

export interface ModelPathOptions {
  bitsPerSecond: number;
  thereMs: number;
  backMs: number;
  /** Every piece and every acknowledgement is later by up to this, and overtakes none. */
  jitterMs?: number;
  transfers?: number;
  maxBytes?: number;
  /** Beyond what is written. */
  lentBytes?: number;
  seed?: number;
  /** Where connections share one. */
  bottleneck?: Bottleneck;
}

/** What connections queue at. */
export class Bottleneck {
  readonly events = new EventQueue();
  readonly startMs = this.events.now;
  /** When all that waits has left. */
  freeAtMs = 0;
}

interface Flow {
  outgoing: OutgoingTransfer;
  incoming: IncomingTransfer;
}

/** Of frame and TLS record, for each piece. */
const OVERHEAD_BYTES = 100;
const CHUNK = new Uint8Array(FILE_CHUNK_BYTES);
const DIGEST = new Uint8Array(32);

export class ModelPath {
  readonly window: FlightWindow;
  readonly flows: Flow[] = [];
  /** What a frame would have waited in the queue, each millisecond. */
  readonly waitsMs: number[] = [];
  mostInFlightBytes = 0;
  /** Nothing comes back. */
  isSilent = false;
  /** May be changed at any time, as routes do. */
  path: Required<Pick<ModelPathOptions, 'bitsPerSecond' | 'thereMs' | 'backMs' | 'jitterMs'>>;
  /** By how much the sender's clock differs from the true one. */
  clockAheadMs = 0;
  readonly #bottleneck: Bottleneck;
  readonly #random: (below: number) => number;
  readonly #turns = new TransferTurns();
  #isPaused = false;
  #arrivedMs = 0;
  #answeredMs = 0;

  constructor({
    transfers = 1,
    maxBytes,
    lentBytes = 4 * 2 ** 20,
    seed = 1,
    jitterMs = 0,
    bottleneck = new Bottleneck(),
    ...path
  }: ModelPathOptions) {
    this.path = { ...path, jitterMs };
    this.#bottleneck = bottleneck;
    this.window = new FlightWindow(maxBytes === undefined ? {} : { maxBytes });
    this.#random = seeded(seed);
    const endless = { sizeBytes: 2 ** 40, offset: 0 };
    for (let transfer = 1; transfer <= transfers; transfer++) {
      const incoming = new IncomingTransfer({ ...endless, transfer, creditBytes: lentBytes });
      const outgoing = new OutgoingTransfer({
        ...endless,
        transfer,
        credit: incoming.credit,
        window: this.window,
      });
      this.flows.push({ outgoing, incoming });
      this.#turns.add(outgoing);
    }
    this.#sampleWait();
    this.#pump();
  }

  get elapsedMs(): number {
    return this.#bottleneck.events.now - this.#bottleneck.startMs;
  }

  get deliveredBytes(): number {
    return this.flows.reduce((sum, { incoming }) => sum + incoming.received, 0);
  }

  run(untilMs: number): this {
    this.#bottleneck.events.run(this.#bottleneck.startMs + untilMs);
    return this;
  }

  /** Of the rate of the path, until `untilMs`. */
  utilisation(untilMs: number): number {
    const before = this.deliveredBytes;
    const sinceMs = this.elapsedMs;
    this.run(untilMs);
    const bits = (this.deliveredBytes - before) * 8;
    return bits / (this.path.bitsPerSecond * ((untilMs - sinceMs) / 1_000));
  }

  /** Of what frames would have waited since `fromMs`. */
  waitMs(percentile: number, fromMs = 0): number {
    const waits = this.waitsMs.slice(fromMs).toSorted((one, other) => one - other);
    return waits[Math.min(waits.length - 1, Math.floor((waits.length * percentile) / 100))] ?? 0;
  }

  /** There is nothing to send, for a while. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#pump();
  }

  /** Nothing leaves the queue for so long. */
  standStill(milliseconds: number): void {
    this.#bottleneck.freeAtMs =
      Math.max(this.#bottleneck.events.now, this.#bottleneck.freeAtMs) + milliseconds;
  }

  #sampleWait(): void {
    this.waitsMs.push(Math.max(0, this.#bottleneck.freeAtMs - this.#bottleneck.events.now));
    this.#bottleneck.events.after(1, () => this.#sampleWait());
  }

  get #nowMs(): number {
    return this.#bottleneck.events.now + this.clockAheadMs;
  }

  #pump(): void {
    if (this.#isPaused) return;
    for (;;) {
      for (const { outgoing } of this.flows) {
        const { wanted } = outgoing;
        if (wanted !== undefined) outgoing.load(wanted.offset, CHUNK, DIGEST);
      }
      const next = this.#turns.take(this.#nowMs);
      if (next === undefined) return;
      this.mostInFlightBytes = Math.max(this.mostInFlightBytes, this.window.flightBytes);
      this.#transmit(next.transfer, next.piece);
    }
  }

  #transmit(outgoing: OutgoingTransfer, piece: FrameFields<'fileData'>): void {
    const { bitsPerSecond, thereMs, jitterMs } = this.path;
    const bytes = OVERHEAD_BYTES + (piece.data?.length ?? 0);
    this.#bottleneck.freeAtMs =
      Math.max(this.#bottleneck.events.now, this.#bottleneck.freeAtMs) + (bytes * 8_000) / bitsPerSecond;
    const arrivesMs = this.#bottleneck.freeAtMs + thereMs + this.#jitter(jitterMs);
    this.#arrivedMs = Math.max(this.#arrivedMs, arrivesMs);
    this.#bottleneck.events.at(this.#arrivedMs, () => this.#arrive(outgoing, piece));
  }

  #arrive(outgoing: OutgoingTransfer, piece: FrameFields<'fileData'>): void {
    const flow = this.flows.find((each) => each.outgoing === outgoing);
    if (flow === undefined) throw new Error('no such transfer');
    const { progress, chunk } = flow.incoming.data(create(FileDataSchema, piece));
    const raised = chunk && flow.incoming.written(chunk.offset + chunk.bytes.length);
    for (const fields of [progress, raised]) if (fields !== undefined) this.#answer(outgoing, fields);
  }

  #answer(outgoing: OutgoingTransfer, fields: FrameFields<'fileProgress'>): void {
    if (this.isSilent) return;
    const { backMs, jitterMs } = this.path;
    this.#answeredMs = Math.max(
      this.#answeredMs,
      this.#bottleneck.events.now + backMs + this.#jitter(jitterMs),
    );
    this.#bottleneck.events.at(this.#answeredMs, () => {
      outgoing.progress(create(FileProgressSchema, fields), this.#nowMs);
      this.#pump();
    });
  }

  #jitter(mostMs: number): number {
    return mostMs === 0 ? 0 : (this.#random(1_000) / 1_000) * mostMs;
  }
}
