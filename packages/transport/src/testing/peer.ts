import { encodeFrame, HEADER_BYTES, type Lane, laneOf, readHeader, type SottoError } from '@sotto/protocol';
import type { Accept, CloseReason, Connection } from '../contract.ts';

/** One end of a connection under test: records every event and lets a test wait for what it expects. */
export class Peer {
  readonly connection: Connection;
  readonly frames: Uint8Array[] = [];
  readonly closes: { reason: CloseReason; detail: string }[] = [];
  drains = 0;
  /** Where the other end was heard from after it had moved. */
  readonly paths: string[] = [];
  faults: SottoError[] = [];
  /** Runs inside the `frame` event. */
  onFrame: (frame: Uint8Array) => void = () => {};
  onMalformed: () => void = () => {};
  keepFrames = true;
  received = 0;
  #waiting: { done: () => boolean; resolve: () => void }[] = [];

  constructor(connection: Connection) {
    this.connection = connection;
  }

  static accept(introduce: (peer: Peer) => void): Accept {
    return (connection) => {
      const peer = new Peer(connection);
      introduce(peer);
      return {
        frame: (frame) => peer.#took(frame),
        datagram: (frame) => peer.#took(frame),
        drain: () => peer.#changed(() => (peer.drains += 1)),
        pathChanged: (address) => peer.#changed(() => peer.paths.push(address)),
        malformed: (error) => {
          peer.faults.push(error);
          peer.onMalformed();
        },
        closed: (reason, detail) => peer.#changed(() => peer.closes.push({ reason, detail })),
      };
    };
  }

  get reason(): CloseReason | undefined {
    return this.closes[0]?.reason;
  }

  /** Request ids of what arrived on `lane`. */
  ids(lane: Lane): number[] {
    return this.frames
      .map((frame) => readHeader(frame))
      .filter((header) => header.lane === lane)
      .map((header) => header.requestId);
  }

  until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ done, resolve }));
  }

  #took(frame: Uint8Array): void {
    this.#changed(() => {
      this.received += 1;
      if (this.keepFrames) this.frames.push(frame.slice());
      this.onFrame(frame);
    });
  }

  #changed(change: () => void): void {
    change();
    const ready = this.#waiting.filter(({ done }) => done());
    this.#waiting = this.#waiting.filter((entry) => !ready.includes(entry));
    for (const { resolve } of ready) resolve();
  }
}

/** The owner of a connection that sends every frame back. */
export const echo: Accept = (connection) => ({
  frame: (frame) => void connection.send(laneOf(frame), frame.slice()),
  datagram: () => {},
  drain: () => {},
  pathChanged: () => {},
  closed: () => {},
});

/** A frame of `lane` that carries `id` as its request id, and `bytes` bytes of body derived from it. */
export function testFrame(lane: Lane, id: number, bytes = 0): Uint8Array {
  const body = new Uint8Array(bytes).fill(id & 0xff);
  return encodeFrame({ version: 1, type: 1, lane, requestId: id }, body);
}

/** `count` frames back to back. */
export function testRun(lane: Lane, firstId: number, count: number, bytes = 0): Uint8Array {
  const run = new Uint8Array(count * (HEADER_BYTES + bytes));
  for (let index = 0; index < count; index++) {
    run.set(testFrame(lane, firstId + index, bytes), index * (HEADER_BYTES + bytes));
  }
  return run;
}
