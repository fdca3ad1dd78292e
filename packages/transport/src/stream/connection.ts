import { type Binding, FrameReader, type Lane, LaneScheduler, readHeader, SottoError } from '@sotto/protocol';
import {
  type Accept,
  BUFFER_MAX_BYTES,
  BUFFER_MAX_RUNS,
  type CloseReason,
  type Connection,
  type ConnectionEvents,
  HIGH_WATER_BYTES,
  type Security,
  type TransportName,
} from '../contract.ts';
import { surface } from '../surface.ts';
import type { ByteChannel } from './channel.ts';
import { joinRuns } from './join.ts';
import type { StreamLoop } from './loop.ts';

interface Outcome {
  reason: CloseReason;
  detail: string;
}

/**
 * A connection on one byte stream: TLS, WebSocket, memory. The owner uses it as a `Connection`; the driver of the
 * channel calls `start` once, then `receive`, `writable` and `ended` as things happen.
 */
export class StreamConnection implements Connection {
  readonly transport: TransportName;
  readonly #channel: ByteChannel;
  readonly #loop: StreamLoop;
  readonly #reader = new FrameReader();
  readonly #lanes = new LaneScheduler();
  #events: ConnectionEvents | undefined;
  /** What a short write left of a run. */
  #rest: Uint8Array | undefined;
  /** The channel takes no more until `writable`. */
  #blocked = false;
  /** `send` has returned false and `drain` is owed. */
  #pressed = false;
  #flushScheduled = false;
  /** This side began to close, and why; frames are neither taken nor delivered any more. */
  #closing: Outcome | undefined;
  #channelEnded = false;
  #outcome: Outcome | undefined;

  constructor(transport: TransportName, channel: ByteChannel, loop: StreamLoop) {
    this.transport = transport;
    this.#channel = channel;
    this.#loop = loop;
  }

  get remoteAddress(): string {
    return this.#channel.remoteAddress;
  }

  get binding(): Binding {
    return this.#channel.binding;
  }

  get security(): Security {
    return this.#channel.security;
  }

  get bufferedBytes(): number {
    return this.#lanes.bytes + (this.#rest?.length ?? 0) + this.#channel.unwrittenBytes;
  }

  send(lane: Lane, frames: Uint8Array): boolean {
    if (this.#closing !== undefined || this.#outcome !== undefined) return false;
    this.#lanes.enqueue(lane, frames);
    if (this.bufferedBytes > HIGH_WATER_BYTES) {
      this.#write();
      if (this.bufferedBytes > BUFFER_MAX_BYTES || this.#lanes.runs > BUFFER_MAX_RUNS) {
        this.#drop({ reason: 'overflow', detail: `${this.bufferedBytes} bytes unread` });
        return false;
      }
    }
    if (!this.#blocked) this.#scheduleFlush();
    if (this.bufferedBytes <= HIGH_WATER_BYTES) return true;
    this.#pressed = true;
    return false;
  }

  sendUnreliable(frame: Uint8Array): void {
    if (this.bufferedBytes <= HIGH_WATER_BYTES) this.send(readHeader(frame).lane, frame);
  }

  limitBody(maxBytes: number): void {
    this.#reader.bodyMaxBytes = maxBytes;
  }

  close(): void {
    this.#beginClose({ reason: 'local', detail: '' });
  }

  abort(): void {
    this.#drop(this.#closing ?? { reason: 'local', detail: '' });
  }

  /** Introduces the connection to its owner. */
  start(accept: Accept): void {
    this.#events = accept(this);
  }

  receive(bytes: Uint8Array): void {
    if (this.#closing !== undefined || this.#outcome !== undefined) return;
    try {
      this.#reader.push(bytes, (frame) => {
        if (this.#closing === undefined && this.#outcome === undefined) this.#events?.frame(frame);
      });
    } catch (error) {
      if (error instanceof SottoError) {
        this.malformed(error);
        return;
      }
      // A defect of the handler: its connection ends, and the error surfaces instead of vanishing in the driver.
      this.abort();
      surface(error);
    }
  }

  /** The peer's bytes are no frames: its owner has a last word, then the connection closes. */
  malformed(error: SottoError): void {
    if (this.#closing !== undefined || this.#outcome !== undefined) return;
    this.#events?.malformed?.(error);
    this.#beginClose({ reason: 'malformed', detail: error.message });
  }

  writable(): void {
    this.#blocked = false;
    this.flush();
  }

  /** The channel is gone. */
  ended(reason: CloseReason, detail: string): void {
    this.#finish(this.#closing ?? { reason, detail });
  }

  flush(): void {
    this.#flushScheduled = false;
    if (this.#outcome !== undefined) {
      this.#reportClosed(this.#outcome);
      return;
    }
    this.#write();
    if (this.#pressed && this.bufferedBytes < HIGH_WATER_BYTES / 2) {
      this.#pressed = false;
      this.#events?.drain();
    }
    if (this.#closing !== undefined && !this.#channelEnded && this.bufferedBytes === 0) {
      this.#channelEnded = true;
      this.#channel.end();
    }
  }

  #write(): void {
    while (!this.#blocked && this.#outcome === undefined) {
      const bytes = this.#rest ?? joinRuns(this.#lanes);
      if (bytes === undefined) return;
      const taken = this.#channel.write(bytes);
      this.#rest = taken < bytes.length ? bytes.subarray(taken) : undefined;
      this.#blocked = this.#rest !== undefined || this.#channel.unwrittenBytes > 0;
    }
  }

  #beginClose(outcome: Outcome): void {
    if (this.#closing !== undefined || this.#outcome !== undefined) return;
    this.#closing = outcome;
    this.#loop.lingering.add(this);
    this.#scheduleFlush();
  }

  #drop(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#finish(outcome);
    this.#channel.destroy();
  }

  /** `closed` follows at the next flush, never inside a call of the owner. */
  #finish(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#lanes.clear();
    this.#rest = undefined;
    this.#loop.lingering.delete(this);
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
