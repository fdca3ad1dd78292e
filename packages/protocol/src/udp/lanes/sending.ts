import { type Lane, laneOf } from '../../frame.ts';
import type { Carried, LaneSpan } from '../carried.ts';
import {
  DATAGRAM_FRAME_MAX_BYTES,
  URGENT_MAX_BYTES,
  URGENT_PROBES_MAX,
  URGENT_WINDOW_BYTES,
} from '../tuning.ts';
import type { ByteWriter } from '../wire/bytes.ts';
import { chunkBytes, laneChunkOverhead, writeChunk } from '../wire/chunk.ts';
import { Datagrams } from './datagrams.ts';
import { fitting, type SendLane } from './send-lane.ts';
import { SendLanes } from './send-lanes.ts';
import { Urgent, type UrgentEntry } from './urgent.ts';

/** How a packet is to be filled. */
export interface FillHow {
  /** The window is full: only lanes 0 and 1 with little to send, and repetitions [URGENT-5]. */
  urgentOnly: boolean;
  /** The path loses packets: urgent bytes are repeated [URGENT-2]. */
  lossy: boolean;
  smoothedMs: number;
  /** Probe timeouts in a row without an ack [URGENT-6]. */
  probeCount?: number;
  /** The packet leaves in any case, so what rides in it costs no budget [URGENT-4]. */
  leaving?: boolean;
}

export type RepeatHow = Pick<FillHow, 'lossy' | 'smoothedMs'>;

export interface SendingCounters {
  /** Lane bytes that left as repetitions. */
  repeatedBytes: number;
  /** Packets that left only to repeat. */
  repeatingPackets: number;
  datagramsSent: number;
  datagramsDropped: number;
}

/** What leaves on all lanes: its order, and what is said again. */
export class Sending {
  readonly #lanes = new SendLanes();
  readonly #datagrams = new Datagrams();
  readonly #urgent: Urgent;
  #repeatedBytes = 0;
  #repeatingPackets = 0;
  #datagramsSent = 0;

  constructor(now: number) {
    this.#urgent = new Urgent(now);
  }

  get counters(): SendingCounters {
    return {
      repeatedBytes: this.#repeatedBytes,
      repeatingPackets: this.#repeatingPackets,
      datagramsSent: this.#datagramsSent,
      datagramsDropped: this.#datagrams.dropped,
    };
  }

  get bufferedBytes(): number {
    return this.#lanes.held + this.#datagrams.bytes;
  }

  get runs(): number {
    return this.#lanes.runs + this.#datagrams.count;
  }

  get wantsToSend(): boolean {
    const lanes = this.#lanes;
    if (lanes.ready(lanes.chat) > 0 || lanes.ready(lanes.control) > 0) return true;
    return this.#datagrams.count > 0 || lanes.filesReady;
  }

  get wantsUrgent(): boolean {
    return this.#small(this.#lanes.chat) || this.#small(this.#lanes.control);
  }

  setPeerCredit(connection: number, lane: number): void {
    this.#lanes.grantEachLane(lane);
    this.#lanes.grant(connection);
  }

  peerCredit(limit: number): void {
    this.#lanes.grant(limit);
  }

  peerLaneCredit(lane: Lane, limit: number): void {
    this.#lanes.grantLane(lane, limit);
  }

  enqueue(lane: Lane, frames: Uint8Array): void {
    if (frames.length > 0) this.#lanes.enqueue(lane, frames);
  }

  enqueueDatagram(frame: Uint8Array): void {
    if (frame.length > DATAGRAM_FRAME_MAX_BYTES) this.enqueue(laneOf(frame), frame);
    else this.#datagrams.push(frame);
  }

  fill(now: number, writer: ByteWriter, carried: Carried[], how: FillHow): boolean {
    const packet: Filling = { now, writer, carried, how, wrote: false };
    const control = this.#admitted(this.#lanes.control, how);
    const chat = this.#admitted(this.#lanes.chat, how);
    if (control !== undefined) this.#writeLost(packet, control);
    if (chat !== undefined) this.#writeLost(packet, chat);
    if (control !== undefined) this.#writeUrgent(packet, control);
    if (chat !== undefined) this.#writeUrgent(packet, chat);
    if (how.lossy) this.#writeRepeats(packet);
    if (control !== undefined) this.#writeNew(packet, control);
    if (chat !== undefined) this.#writeNew(packet, chat);
    if (how.urgentOnly) return packet.wrote;
    this.#writeDatagrams(packet);
    this.#writeFiles(packet);
    return packet.wrote;
  }

  repeatDeadline({ lossy, smoothedMs }: RepeatHow): number {
    return lossy ? this.#urgent.deadline(smoothedMs) : Number.POSITIVE_INFINITY;
  }

  acknowledged(span: LaneSpan): void {
    const lane = this.#lanes.get(span.lane);
    if (lane === undefined) return;
    this.#lanes.acknowledged(span, lane);
    this.#urgent.acknowledged(span, lane);
  }

  lost(span: LaneSpan): void {
    const lane = this.#lanes.get(span.lane);
    if (lane === undefined) return;
    this.#urgent.lost(span, (start, end) => this.#lanes.queueLost(lane, start, end));
  }

  prepareProbe(): boolean {
    let queued = 0;
    for (const { lane: number, start, end } of this.#urgent.entries) {
      if (queued > 0 && queued + end - start > PROBE_BYTES) break;
      this.#lanes.get(number)?.queueLost(start, end);
      queued += end - start;
    }
    if (queued > 0) return true;
    for (const lane of this.#lanes.all()) {
      if (lane.base === lane.next) continue;
      this.#lanes.queueLost(lane, lane.base, Math.min(lane.next, lane.base + PROBE_BYTES));
      return true;
    }
    return false;
  }

  /** The lane, unless it must not add to a packet like this. */
  #admitted(lane: SendLane | undefined, how: FillHow): SendLane | undefined {
    return how.urgentOnly && !this.#small(lane) ? undefined : lane;
  }

  #small(lane: SendLane | undefined): boolean {
    const ready = this.#lanes.ready(lane);
    return ready > 0 && ready <= SMALL_BYTES;
  }

  #writeLost(packet: Filling, lane: SendLane): void {
    while (!lane.lost.empty) {
      const start = lane.lost.start(0);
      const bytes = fitting(packet.writer.remaining, start, lane.lost.end(0) - start);
      if (bytes === 0) return;
      this.#urgent.left(packet.now, lane.lane, start, start + bytes);
      write(packet, lane, start, start + bytes, false);
    }
  }

  /** What is urgent goes into one packet whole, so that one arrival suffices [URGENT-1]. */
  #writeUrgent(packet: Filling, lane: SendLane): void {
    const bytes = lane.waiting;
    if (bytes === 0 || bytes > URGENT_MAX_BYTES || this.#lanes.sendable(lane) < bytes) return;
    const start = lane.next;
    if (fitting(packet.writer.remaining, start, bytes) < bytes) return;
    const heard = (packet.how.probeCount ?? 0) < URGENT_PROBES_MAX;
    this.#urgent.record(packet.now, lane.lane, start, start + bytes, heard);
    this.#writeFresh(packet, lane, bytes);
  }

  #writeNew(packet: Filling, lane: SendLane): void {
    const sendable = this.#lanes.sendable(lane);
    // What found no room as a whole has it in the next packet, unless this one is as good as empty.
    if (packet.wrote && sendable === lane.waiting && sendable <= URGENT_MAX_BYTES) return;
    const bytes = fitting(packet.writer.remaining, lane.next, sendable);
    if (bytes > 0) this.#writeFresh(packet, lane, bytes);
  }

  #writeFresh(packet: Filling, lane: SendLane, bytes: number): void {
    this.#lanes.use(bytes);
    write(packet, lane, lane.next, lane.next + bytes, false);
  }

  #writeRepeats(packet: Filling): void {
    const { now, writer, how } = packet;
    const { entries } = this.#urgent;
    const alone = !packet.wrote && how.leaving !== true && this.repeatDeadline(how) <= now;
    for (let index = entries.length - 1; index >= 0; index--) {
      const entry = entries[index];
      const lane = entry === undefined ? undefined : this.#lanes.get(entry.lane);
      if (entry === undefined || lane === undefined) continue;
      if (!this.#urgent.rides(now, entry, how.smoothedMs)) continue;
      const start = Math.max(entry.start, lane.base);
      const bytes = entry.end - start;
      if (laneChunkOverhead(start, bytes) + bytes <= writer.remaining)
        this.#repeat(packet, lane, entry, start);
      // No packet has room for it now: a deadline that stays in the past would never let anybody rest.
      else if (!packet.wrote) entry.leftAt = now;
    }
    if (!alone) return;
    this.#urgent.spend(now);
    this.#repeatingPackets += 1;
  }

  #repeat(packet: Filling, lane: SendLane, entry: UrgentEntry, start: number): void {
    this.#urgent.repeated(packet.now, entry, entry.end - start);
    this.#repeatedBytes += entry.end - start;
    write(packet, lane, start, entry.end, true);
  }

  #writeDatagrams(packet: Filling): void {
    for (let frame = this.#datagrams.first; frame !== undefined; frame = this.#datagrams.first) {
      const chunk = { kind: 'datagram', frame } as const;
      if (chunkBytes(chunk) <= packet.writer.remaining) {
        writeChunk(packet.writer, chunk);
        packet.wrote = true;
        this.#datagramsSent += 1;
        this.#datagrams.shift();
      } else if (packet.wrote) {
        return;
      } else {
        this.#datagrams.drop();
      }
    }
  }

  /** One lane after the other, each as much as there is room for. */
  #writeFiles(packet: Filling): void {
    const lanes = this.#lanes;
    for (let lane = lanes.nextLostFile(); lane !== undefined; lane = lanes.nextLostFile()) {
      this.#writeLost(packet, lane);
      lanes.turned(lane);
      if (!lane.lost.empty) return;
    }
    for (let lane = lanes.nextNewFile(); lane !== undefined; lane = lanes.nextNewFile()) {
      const bytes = fitting(packet.writer.remaining, lane.next, lanes.sendable(lane));
      if (bytes > 0) this.#writeFresh(packet, lane, bytes);
      lanes.turned(lane);
      if (lanes.sendable(lane) > 0) return;
    }
  }
}

/** A packet being filled. */
interface Filling {
  readonly now: number;
  readonly writer: ByteWriter;
  readonly carried: Carried[];
  readonly how: FillHow;
  wrote: boolean;
}

function write(packet: Filling, lane: SendLane, start: number, end: number, repeated: boolean): void {
  lane.write(packet.writer, start, end);
  packet.carried.push({ kind: 'lane', lane: lane.lane, start, end, repeated });
  packet.wrote = true;
}

/** About one packet. */
const PROBE_BYTES = 1_000;
/** A lane with no more to send than this may go on beyond the window [URGENT-5]: chat, not pages of history. */
const SMALL_BYTES = URGENT_WINDOW_BYTES;
