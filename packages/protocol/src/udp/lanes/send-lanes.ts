import { CHAT_LANE, CONTROL_LANE, FIRST_FILE_LANE, type Lane } from '../../frame.ts';
import type { LaneSpan } from '../carried.ts';
import { SendLane } from './send-lane.ts';

/** The lanes of one side: what each has to send, whose turn it is, and what the peer's credit allows [CREDIT-3]. */
export class SendLanes {
  #control: SendLane | undefined;
  #chat: SendLane | undefined;
  #files: Map<Lane, SendLane> | undefined;
  /** File lanes with lost bytes, and with new ones that their own credit allows, in the order of their turns. */
  #lostFiles: Set<SendLane> | undefined;
  #newFiles: Set<SendLane> | undefined;
  /** Limit of the connection, and what of it is used. */
  #credit = 0;
  #used = 0;
  /** What of the limit files leave to control and chat [CREDIT-4]; undefined before there is any. */
  #reserve: number | undefined;
  /** Of a lane that the peer has said nothing about. */
  #laneCredit = 0;
  #held = 0;
  #runs = 0;

  get control(): SendLane | undefined {
    return this.#control;
  }

  get chat(): SendLane | undefined {
    return this.#chat;
  }

  /** Bytes that are held until they are acknowledged, and the runs they came in. */
  get held(): number {
    return this.#held;
  }

  get runs(): number {
    return this.#runs;
  }

  get filesReady(): boolean {
    if (this.#lostFiles !== undefined && this.#lostFiles.size > 0) return true;
    return this.#newFiles !== undefined && this.#newFiles.size > 0 && this.#filesMay > 0;
  }

  get(number: Lane): SendLane | undefined {
    if (number === CHAT_LANE) return this.#chat;
    return number === CONTROL_LANE ? this.#control : this.#files?.get(number);
  }

  /** In the order in which they matter. */
  *all(): Iterable<SendLane> {
    if (this.#control !== undefined) yield this.#control;
    if (this.#chat !== undefined) yield this.#chat;
    if (this.#files !== undefined) yield* this.#files.values();
  }

  enqueue(number: Lane, frames: Uint8Array): void {
    const lane = this.#make(number);
    lane.enqueue(frames);
    this.#held += frames.length;
    this.#runs += 1;
    this.#schedule(lane);
  }

  /** Limits only rise: what tells of a lower one was overtaken. */
  grant(limit: number): void {
    this.#reserve ??= Math.min(FILES_LEAVE_BYTES, limit / 4);
    this.#credit = Math.max(this.#credit, limit);
  }

  grantLane(number: Lane, limit: number): void {
    const lane = this.#make(number);
    lane.credit = Math.max(lane.credit, limit);
    this.#schedule(lane);
  }

  grantEachLane(limit: number): void {
    this.#laneCredit = Math.max(this.#laneCredit, limit);
    for (const { lane } of this.all()) this.grantLane(lane, limit);
  }

  /** New bytes that both credits allow. */
  sendable(lane: SendLane): number {
    const credit = lane.lane < FIRST_FILE_LANE ? this.#credit - this.#used : this.#filesMay;
    return Math.max(0, Math.min(lane.sendable, credit));
  }

  /** Bytes that may leave, were there no window. */
  ready(lane: SendLane | undefined): number {
    return lane === undefined ? 0 : lane.lost.total + this.sendable(lane);
  }

  /** New bytes are about to leave. */
  use(bytes: number): void {
    this.#used += bytes;
  }

  acknowledged({ start, end }: LaneSpan, lane: SendLane): void {
    const { held, runs } = lane;
    lane.acknowledged(start, end);
    this.#held -= held - lane.held;
    this.#runs -= runs - lane.runs;
    if (lane.lost.empty) this.#lostFiles?.delete(lane);
  }

  queueLost(lane: SendLane, start: number, end: number): void {
    lane.queueLost(start, end);
    if (lane.lane < FIRST_FILE_LANE || lane.lost.empty) return;
    this.#lostFiles ??= new Set();
    this.#lostFiles.add(lane);
  }

  /** Takes out the file lane whose turn it is to send lost bytes; `turned` puts it back. */
  nextLostFile(): SendLane | undefined {
    return takeFirst(this.#lostFiles);
  }

  /** The same with new bytes, which there is credit for. */
  nextNewFile(): SendLane | undefined {
    return this.#filesMay > 0 ? takeFirst(this.#newFiles) : undefined;
  }

  /** A file lane had its turn: the next one comes after all others. */
  turned(lane: SendLane): void {
    if (!lane.lost.empty) this.#lostFiles?.add(lane);
    this.#schedule(lane);
  }

  /** New bytes of files that may leave; negative where control and chat went beyond. */
  get #filesMay(): number {
    return Math.floor(this.#credit - (this.#reserve ?? 0)) - this.#used;
  }

  #make(number: Lane): SendLane {
    const existing = this.get(number);
    if (existing !== undefined) return existing;
    const lane = new SendLane(number, this.#laneCredit);
    if (number === CONTROL_LANE) this.#control = lane;
    else if (number === CHAT_LANE) this.#chat = lane;
    else {
      this.#files ??= new Map();
      this.#files.set(number, lane);
    }
    return lane;
  }

  #schedule(lane: SendLane): void {
    if (lane.lane < FIRST_FILE_LANE || lane.sendable === 0) return;
    this.#newFiles ??= new Set();
    this.#newFiles.add(lane);
  }
}

/** So that chat beside a transfer never waits for the peer's credit. */
const FILES_LEAVE_BYTES = 64 * 1024;

function takeFirst(lanes: Set<SendLane> | undefined): SendLane | undefined {
  if (lanes === undefined) return undefined;
  for (const lane of lanes) {
    lanes.delete(lane);
    return lane;
  }
  return undefined;
}
