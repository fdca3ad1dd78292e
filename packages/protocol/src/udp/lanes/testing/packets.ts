import { bodyOf, encodeFrame, HEADER_BYTES, type Lane, laneOf } from '../../../frame.ts';
import type { Carried, LaneSpan } from '../../carried.ts';
import { CONNECTION_CREDIT_BYTES, LANE_CREDIT_BYTES } from '../../constants.ts';
import { ByteWriter } from '../../wire/bytes.ts';
import { type Chunk, readChunks } from '../../wire/chunk.ts';
import { type FillHow, Lanes } from '../lanes.ts';

/** Room for chunks in a packet of a connection. */
export const ROOM_BYTES = 1_167;
export const ROUND_TRIP_MS = 100;

export interface TestPacket {
  chunks: Chunk[];
  carried: Carried[];
  bytes: number;
  /** What `fill` said. */
  wrote: boolean;
}

/** One end, and what it handed on: frames by lane, datagrams. */
export class TestEnd {
  readonly frames: { lane: number; body: Uint8Array }[] = [];
  readonly datagrams: Uint8Array[] = [];
  readonly lanes: Lanes;

  constructor(onFrame: (end: TestEnd) => void = () => {}) {
    this.lanes = new Lanes({
      now: 0,
      sink: {
        frame: (frame) => {
          this.frames.push({ lane: laneOf(frame), body: bodyOf(frame).slice() });
          onFrame(this);
        },
        datagram: (frame) => this.datagrams.push(frame.slice()),
      },
    });
  }

  /** With the credit that a peer gives by default. */
  open(): this {
    this.lanes.setPeerCredit(CONNECTION_CREDIT_BYTES, LANE_CREDIT_BYTES);
    return this;
  }

  packet(now: number, how: Partial<FillHow> = {}, room = ROOM_BYTES): TestPacket {
    const writer = new ByteWriter(new Uint8Array(room));
    const carried: Carried[] = [];
    const wrote = this.lanes.fill(now, writer, carried, {
      urgentOnly: false,
      lossy: false,
      smoothedMs: ROUND_TRIP_MS,
      ...how,
    });
    const { offset } = writer;
    const chunks = offset === 0 ? [] : readChunks(writer.written.slice(), 'connection', 'server');
    return { chunks, carried, bytes: offset, wrote };
  }

  /** Everything that may leave now. */
  packets(now: number, how: Partial<FillHow> = {}): TestPacket[] {
    const packets: TestPacket[] = [];
    while (this.lanes.wantsToSend) {
      packets.push(this.packet(now, how));
      if (packets.length > 100_000) throw new Error('it wants to send for ever');
    }
    return packets;
  }

  receive({ chunks }: TestPacket): void {
    for (const chunk of chunks) {
      if (chunk.kind === 'lane') this.lanes.receive(chunk.lane, chunk.offset, chunk.bytes);
      if (chunk.kind === 'datagram') this.lanes.receiveDatagram(chunk.frame);
      if (chunk.kind === 'credit') this.lanes.peerCredit(chunk.limit);
      if (chunk.kind === 'laneCredit') this.lanes.peerLaneCredit(chunk.lane, chunk.limit);
    }
  }

  acknowledged({ carried }: { carried: readonly Carried[] }): void {
    for (const part of spans(carried)) this.lanes.acknowledged(part);
  }

  lost({ carried }: { carried: readonly Carried[] }): void {
    for (const part of carried) {
      if (part.kind === 'lane') this.lanes.lost(part);
      else this.lanes.creditLost(part);
    }
  }
}

export const spans = (carried: readonly Carried[]): LaneSpan[] =>
  carried.filter((part) => part.kind === 'lane');

/** "lane:start-end" of each chunk, in order; "datagram" for one. */
export const layout = ({ chunks }: TestPacket): string[] =>
  chunks.map((chunk) =>
    chunk.kind === 'lane' ? `${chunk.lane}:${chunk.offset}-${chunk.offset + chunk.bytes.length}` : chunk.kind,
  );

/** `bytes` long with its header; the body is filled with `label`. */
export const frameOf = (lane: Lane, bytes: number, label = 0): Uint8Array =>
  encodeFrame(
    { version: 1, type: 1, lane, requestId: label },
    new Uint8Array(bytes - HEADER_BYTES).fill(label),
  );
