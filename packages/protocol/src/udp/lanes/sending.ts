import { CHAT_LANE, CONTROL_LANE, FIRST_FILE_LANE, type Lane } from '../../frame.ts';
import type { Carried, LaneSpan } from '../carried.ts';
import { DATAGRAM_FRAME_MAX_BYTES, URGENT_MAX_BYTES } from '../tuning.ts';
import type { ByteWriter } from '../wire/bytes.ts';
import { chunkBytes, laneChunkOverhead, writeChunk } from '../wire/chunk.ts';
import { Datagrams } from './datagrams.ts';
import { fitting, SendLane } from './send-lane.ts';
import { Urgent, type UrgentEntry } from './urgent.ts';

/** How a packet is to be filled. */
export interface FillHow {
  /** The window is full: only small things of lanes 0 and 1, and repetitions [URGENT-5]. */
  urgentOnly: boolean;
  /** The path loses packets, and hears of it: urgent bytes are repeated [URGENT-2] [URGENT-6]. */
  lossy: boolean;
  smoothedMs: number;
  /** The packet leaves in any case, so what rides in it costs no budget [URGENT-4]. */
  leaving?: boolean;
}

export interface SendingCounters {
  /** Lane bytes that left for the first time, because they were lost, and as repetitions. */
  freshBytes: number;
  resentBytes: number;
  repeatedBytes: number;
  /** Packets that left only to repeat. */
  repeatingPackets: number;
  datagramsSent: number;
  datagramsDropped: number;
}

/** What leaves on all lanes: order, credit, repetition. */
export class Sending {
  readonly #lanes = new Map<Lane, SendLane>();
  #control: SendLane | undefined;
  #chat: SendLane | undefined;
  /** File lanes with lost bytes, and with new ones that their own credit allows, in the order of their turns. */
  readonly #lostFiles = new Set<SendLane>();
  readonly #newFiles = new Set<SendLane>();
  readonly #datagrams = new Datagrams();
  readonly #urgent: Urgent;
  /** Limit of the connection, and what of it is used [CREDIT-3]. */
  #credit = 0;
  #used = 0;
  #laneCredit = 0;
  #held = 0;
  #runs = 0;
  readonly #counters = {
    freshBytes: 0,
    resentBytes: 0,
    repeatedBytes: 0,
    repeatingPackets: 0,
    datagramsSent: 0,
  };

  constructor(now: number) {
    this.#urgent = new Urgent(now);
  }

  get counters(): SendingCounters {
    return { ...this.#counters, datagramsDropped: this.#datagrams.dropped };
  }

  get bufferedBytes(): number {
    return this.#held + this.#datagrams.bytes;
  }

  get runs(): number {
    return this.#runs + this.#datagrams.count;
  }

  get idle(): boolean {
    return this.bufferedBytes === 0;
  }

  get wantsToSend(): boolean {
    return (
      this.#ready(this.#control) > 0 ||
      this.#ready(this.#chat) > 0 ||
      this.#datagrams.count > 0 ||
      this.#lostFiles.size > 0 ||
      (this.#newFiles.size > 0 && this.#used < this.#credit)
    );
  }

  get wantsUrgent(): boolean {
    return this.#small(this.#control) || this.#small(this.#chat);
  }

  setPeerCredit(connection: number, lane: number): void {
    this.#laneCredit = Math.max(this.#laneCredit, lane);
    for (const number of this.#lanes.keys()) this.peerLaneCredit(number, lane);
    this.peerCredit(connection);
  }

  peerCredit(limit: number): void {
    this.#credit = Math.max(this.#credit, limit);
  }

  peerLaneCredit(number: Lane, limit: number): void {
    const lane = this.#lane(number);
    lane.credit = Math.max(lane.credit, limit);
    this.#schedule(lane);
  }

  enqueue(number: Lane, frames: Uint8Array): void {
    if (frames.length === 0) return;
    const lane = this.#lane(number);
    lane.enqueue(frames);
    this.#held += frames.length;
    this.#runs += 1;
    this.#schedule(lane);
  }

  enqueueDatagram(frame: Uint8Array): void {
    if (frame.length > DATAGRAM_FRAME_MAX_BYTES) this.enqueue(frame[2] ?? CONTROL_LANE, frame);
    else this.#datagrams.push(frame);
  }

  fill(now: number, writer: ByteWriter, carried: Carried[], how: FillHow): boolean {
    const packet: Filling = { now, writer, carried, smoothedMs: how.smoothedMs, wrote: false };
    const control = this.#admitted(this.#control, how);
    const chat = this.#admitted(this.#chat, how);
    if (control !== undefined) this.#writeLost(packet, control);
    if (chat !== undefined) this.#writeLost(packet, chat);
    if (control !== undefined) this.#writeSmall(packet, control);
    if (chat !== undefined) this.#writeSmall(packet, chat);
    if (how.lossy) this.#writeRepeats(packet, how);
    if (control !== undefined) this.#writeNew(packet, control);
    if (chat !== undefined) this.#writeNew(packet, chat);
    if (how.urgentOnly) return packet.wrote;
    this.#writeDatagrams(packet);
    this.#writeFiles(packet);
    return packet.wrote;
  }

  repeatDeadline(how: { lossy: boolean; smoothedMs: number }): number {
    return how.lossy ? this.#urgent.deadline(how.smoothedMs) : Number.POSITIVE_INFINITY;
  }

  acknowledged(span: LaneSpan): void {
    const lane = this.#lanes.get(span.lane);
    if (lane === undefined) return;
    const { held, runs } = lane;
    lane.acknowledged(span.start, span.end);
    this.#held -= held - lane.held;
    this.#runs -= runs - lane.runs;
    if (span.lane >= FIRST_FILE_LANE) {
      if (lane.lost.empty) this.#lostFiles.delete(lane);
    } else if (this.#urgent.entries.length > 0) {
      const done = (start: number, end: number) => lane.done(start, end);
      this.#urgent.acknowledged(span, done, (start, end) => lane.queueLost(start, end));
    }
  }

  lost(span: LaneSpan): void {
    const lane = this.#lanes.get(span.lane);
    if (lane === undefined) return;
    if (span.lane >= FIRST_FILE_LANE) {
      lane.queueLost(span.start, span.end);
      if (!lane.lost.empty) this.#lostFiles.add(lane);
    } else {
      this.#urgent.lost(span, (start, end) => lane.queueLost(start, end));
    }
  }

  prepareProbe(): boolean {
    let queued = 0;
    for (const { lane: number, start, end } of this.#urgent.entries) {
      if (queued > 0 && queued + end - start > PROBE_BYTES) break;
      this.#lanes.get(number)?.queueLost(start, end);
      queued += end - start;
    }
    if (queued > 0) return true;
    for (const lane of this.#lanes.values()) {
      if (lane.base === lane.next) continue;
      lane.queueLost(lane.base, Math.min(lane.next, lane.base + PROBE_BYTES));
      if (lane.lane >= FIRST_FILE_LANE) this.#lostFiles.add(lane);
      return true;
    }
    return false;
  }

  #lane(number: Lane): SendLane {
    let lane = this.#lanes.get(number);
    if (lane === undefined) {
      lane = new SendLane(number, this.#laneCredit);
      this.#lanes.set(number, lane);
      if (number === CONTROL_LANE) this.#control = lane;
      if (number === CHAT_LANE) this.#chat = lane;
    }
    return lane;
  }

  #schedule(lane: SendLane): void {
    if (lane.lane >= FIRST_FILE_LANE && lane.sendable > 0) this.#newFiles.add(lane);
  }

  /** New bytes that both credits allow. */
  #sendable(lane: SendLane): number {
    return Math.min(lane.sendable, this.#credit - this.#used);
  }

  #ready(lane: SendLane | undefined): number {
    return lane === undefined ? 0 : lane.lost.total + this.#sendable(lane);
  }

  #admitted(lane: SendLane | undefined, how: FillHow): SendLane | undefined {
    return how.urgentOnly && !this.#small(lane) ? undefined : lane;
  }

  #small(lane: SendLane | undefined): boolean {
    const ready = this.#ready(lane);
    return ready > 0 && ready <= SMALL_BYTES;
  }

  #writeLost(packet: Filling, lane: SendLane): void {
    while (!lane.lost.empty) {
      const start = lane.lost.start(0);
      const bytes = fitting(packet.writer.remaining, start, lane.lost.end(0) - start);
      if (bytes === 0) return;
      this.#counters.resentBytes += bytes;
      if (lane.lane < FIRST_FILE_LANE) this.#urgent.left(packet.now, lane.lane, start, start + bytes);
      write(packet, lane, start, start + bytes, false);
    }
  }

  /** What is urgent goes into one packet whole, so that one arrival suffices [URGENT-1]. */
  #writeSmall(packet: Filling, lane: SendLane): void {
    const bytes = this.#sendable(lane);
    if (bytes === 0 || bytes < lane.waiting || bytes > URGENT_MAX_BYTES) return;
    const start = lane.next;
    if (fitting(packet.writer.remaining, start, bytes) === bytes) {
      this.#urgent.record(packet.now, lane.lane, start, start + bytes);
      this.#writeFresh(packet, lane, bytes);
    } else if (!packet.wrote) {
      this.#writeNew(packet, lane);
    }
  }

  #writeNew(packet: Filling, lane: SendLane): void {
    const sendable = this.#sendable(lane);
    // Small bytes that found no room wait for the next packet, where they are urgent.
    if (packet.wrote && lane.lane < FIRST_FILE_LANE && sendable <= URGENT_MAX_BYTES) return;
    const bytes = fitting(packet.writer.remaining, lane.next, sendable);
    if (bytes > 0) this.#writeFresh(packet, lane, bytes);
  }

  #writeFresh(packet: Filling, lane: SendLane, bytes: number): void {
    this.#used += bytes;
    this.#counters.freshBytes += bytes;
    write(packet, lane, lane.next, lane.next + bytes, false);
  }

  #writeRepeats(packet: Filling, how: FillHow): void {
    const { now, writer } = packet;
    const alone = !packet.wrote && how.leaving !== true && this.repeatDeadline(how) <= now;
    for (let index = this.#urgent.entries.length - 1; index >= 0; index--) {
      const entry = this.#urgent.entries[index];
      const lane = entry === undefined ? undefined : this.#lanes.get(entry.lane);
      if (entry === undefined || lane === undefined) continue;
      if (!this.#urgent.rides(now, entry, how.smoothedMs)) continue;
      const start = Math.max(entry.start, lane.base);
      const bytes = entry.end - start;
      // Without room it waits for its next turn: a deadline that stays in the past would never let anybody rest.
      if (laneChunkOverhead(start, bytes) + bytes > writer.remaining) entry.leftAt = now;
      else this.#repeat(packet, lane, entry, start);
    }
    if (!alone) return;
    this.#urgent.spend(now);
    this.#counters.repeatingPackets += 1;
  }

  #repeat(packet: Filling, lane: SendLane, entry: UrgentEntry, start: number): void {
    this.#urgent.repeated(packet.now, entry);
    this.#counters.repeatedBytes += entry.end - start;
    write(packet, lane, start, entry.end, true);
  }

  #writeDatagrams(packet: Filling): void {
    for (let frame = this.#datagrams.first; frame !== undefined; frame = this.#datagrams.first) {
      const chunk = { kind: 'datagram', frame } as const;
      if (chunkBytes(chunk) <= packet.writer.remaining) {
        writeChunk(packet.writer, chunk);
        packet.wrote = true;
        this.#counters.datagramsSent += 1;
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
    for (const lane of this.#lostFiles) {
      this.#lostFiles.delete(lane);
      this.#writeLost(packet, lane);
      if (lane.lost.empty) continue;
      this.#lostFiles.add(lane);
      return;
    }
    for (const lane of this.#newFiles) {
      if (this.#used >= this.#credit) return;
      this.#newFiles.delete(lane);
      this.#writeNew(packet, lane);
      if (lane.sendable === 0) continue;
      this.#newFiles.add(lane);
      return;
    }
  }
}

/** A packet being filled. */
interface Filling {
  readonly now: number;
  readonly writer: ByteWriter;
  readonly carried: Carried[];
  readonly smoothedMs: number;
  wrote: boolean;
}

function write(packet: Filling, lane: SendLane, start: number, end: number, repeated: boolean): void {
  lane.write(packet.writer, start, end);
  packet.carried.push({ kind: 'lane', lane: lane.lane, start, end, repeated });
  packet.wrote = true;
}

/** About one packet. */
const PROBE_BYTES = 1_000;
/** What of lanes 0 and 1 may leave beyond the window [URGENT-5]: two urgent frames a lane. */
const SMALL_BYTES = 2 * URGENT_MAX_BYTES;
