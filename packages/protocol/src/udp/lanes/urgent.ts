import type { Lane } from '../../frame.ts';
import type { LaneSpan } from '../carried.ts';
import {
  URGENT_EARNED_PACKETS,
  URGENT_EARNING_MS,
  URGENT_ENTRIES_MAX,
  URGENT_FIRST_GAP,
  URGENT_GAP,
  URGENT_GAP_MIN_MS,
  URGENT_REPEATED_MAX_BYTES,
  URGENT_REPEATS_MAX,
  URGENT_RIDING_SHARE,
  URGENT_SAVED_MAX_PACKETS,
} from '../tuning.ts';
import type { SendLane } from './send-lane.ts';

/** Bytes that were urgent when they first left [URGENT-1], until they are acknowledged. */
export interface UrgentEntry {
  readonly lane: Lane;
  readonly start: number;
  readonly end: number;
  /** Of the packet that last carried them. */
  leftAt: number;
  /** How often they were repeated since they first left, or since all that carried them was lost. */
  repeats: number;
  /** Packets that carry some of them and whose fate is unknown. While there is one, no loss of another matters. */
  underWay: number;
}

/** Which urgent bytes are to be said again, and when [URGENT-1] to [URGENT-6]. */
export class Urgent {
  /** Oldest first; a lane's in the order of their offsets. */
  readonly #entries: UrgentEntry[] = [];
  #packets = URGENT_SAVED_MAX_PACKETS;
  #packetsAt: number;
  /** Repetitions under way. */
  #repeatedBytes = 0;

  constructor(now: number) {
    this.#packetsAt = now;
  }

  get entries(): readonly UrgentEntry[] {
    return this.#entries;
  }

  /** Urgent bytes leave for the first time; `earns` unless nobody answers any more [URGENT-6]. */
  record(now: number, lane: Lane, start: number, end: number, earns: boolean): void {
    if (this.#entries.length === URGENT_ENTRIES_MAX) this.#entries.shift();
    this.#entries.push({ lane, start, end, leftAt: now, repeats: 0, underWay: 1 });
    this.#earn(now, earns ? URGENT_EARNED_PACKETS : 0);
  }

  /** Some bytes left again: as a repetition, or because they were lost. */
  left(now: number, lane: Lane, start: number, end: number): void {
    for (const entry of this.#entries) {
      if (entry.lane !== lane || entry.end <= start || end <= entry.start) continue;
      entry.leftAt = now;
      entry.underWay += 1;
    }
  }

  /** `lane` knows of it already. What it still misses of an entry of which nothing is under way any more it queues. */
  acknowledged(span: LaneSpan, lane: SendLane): void {
    this.#settle(span);
    const entries = this.#entries;
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      if (entry === undefined || entry.lane !== span.lane || entry.end <= span.start) continue;
      if (entry.start >= span.end) break;
      if (lane.done(entry.start, entry.end)) entries.splice(index--, 1);
      else fateKnown(entry, (start, end) => lane.queueLost(start, end));
    }
    if (entries.length === 0) this.#repeatedBytes = 0;
  }

  /** `queue` gets what is to be sent again. */
  lost(span: LaneSpan, queue: Queue): void {
    this.#settle(span);
    let from = span.start;
    for (const entry of this.#entries) {
      if (entry.lane !== span.lane || entry.end <= from || span.end <= entry.start) continue;
      if (from < entry.start) queue(from, entry.start);
      fateKnown(entry, queue);
      from = entry.end;
    }
    if (from < span.end) queue(from, span.end);
  }

  /** When a packet may leave that only repeats [URGENT-3] [URGENT-4]. */
  deadline(smoothedMs: number): number {
    let due = Number.POSITIVE_INFINITY;
    if (this.#repeatedBytes > URGENT_REPEATED_MAX_BYTES) return due;
    for (const entry of this.#entries) if (repeatable(entry)) due = Math.min(due, dueAt(entry, smoothedMs));
    if (due === Number.POSITIVE_INFINITY || this.#packets >= 1) return due;
    return Math.max(due, this.#packetsAt + (1 - this.#packets) * URGENT_EARNING_MS);
  }

  /** Whether `entry` belongs into a packet that leaves now. */
  rides(now: number, entry: UrgentEntry, smoothedMs: number): boolean {
    if (!repeatable(entry) || this.#repeatedBytes > URGENT_REPEATED_MAX_BYTES) return false;
    return now >= dueAt(entry, URGENT_RIDING_SHARE * smoothedMs);
  }

  /** `bytes` of it left again in a packet. */
  repeated(now: number, entry: UrgentEntry, bytes: number): void {
    entry.leftAt = now;
    entry.repeats += 1;
    entry.underWay += 1;
    this.#repeatedBytes += bytes;
  }

  /** A packet left only to repeat. */
  spend(now: number): void {
    this.#earn(now, 0);
    this.#packets = Math.max(0, this.#packets - 1);
  }

  #settle({ start, end, repeated }: LaneSpan): void {
    if (repeated) this.#repeatedBytes = Math.max(0, this.#repeatedBytes - (end - start));
  }

  #earn(now: number, packets: number): void {
    const earned = packets + (now - this.#packetsAt) / URGENT_EARNING_MS;
    this.#packets = Math.min(this.#packets + earned, URGENT_SAVED_MAX_PACKETS);
    this.#packetsAt = now;
  }
}

type Queue = (start: number, end: number) => void;

/** That of one packet that carried some of it. When it was the last one under way, what is missing is queued. */
function fateKnown(entry: UrgentEntry, queue: Queue): void {
  entry.underWay = Math.max(0, entry.underWay - 1);
  if (entry.underWay > 0) return;
  entry.repeats = 0;
  queue(entry.start, entry.end);
}

/** What is not under way is queued as lost, which comes first anyway. */
const repeatable = (entry: UrgentEntry): boolean => entry.underWay > 0 && entry.repeats < URGENT_REPEATS_MAX;

const dueAt = (entry: UrgentEntry, smoothedMs: number): number =>
  entry.leftAt + gapMs(entry.repeats === 0 ? URGENT_FIRST_GAP : URGENT_GAP, smoothedMs);

const gapMs = (parts: number, smoothedMs: number): number => Math.max(URGENT_GAP_MIN_MS, parts * smoothedMs);
