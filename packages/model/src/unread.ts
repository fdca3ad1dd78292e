/**
 * What of a room somebody has not read [UNREAD-1]: the server's count as of some head, and what happened after that head.
 * Each part is cut at the read cursor, so reading to the head makes it 0 whatever was counted before.
 */
import { UNREAD_MAX } from './limits.ts';

/** The server's word: messages of others with `read < sequence <= head` that are still there. */
export interface UnreadBase {
  read: number;
  head: number;
  /** Counted up to UNREAD_MAX, which means "or more"; so is `mentions`, which are those that name the reader. */
  unread: number;
  mentions: number;
}

export interface UnreadEvent {
  sequence: number;
  countsUnread: boolean;
  /** The reader sent it, from whatever device. */
  mine: boolean;
  mentionsMe: boolean;
}

export interface Deletion {
  sequence: number;
  /** The message that is gone. */
  target: number;
  /** What the message was, where the reader has it: whether it counted, and mentioned the reader. */
  known: { counted: boolean; mentionedMe: boolean } | undefined;
}

export class UnreadView {
  #base: UnreadBase;
  /** Furthest of what the server and this device know. */
  #read: number;
  /** Sequences after the base's head, ascending while they come so. */
  readonly #live = new Set<number>();
  readonly #liveMentions = new Set<number>();
  /** After the base's head, by target. */
  readonly #deletions = new Map<number, Deletion>();
  /** There were more than are held of `#live`. */
  #overflowed = false;
  #lostTrack = false;

  constructor(base: UnreadBase) {
    this.#base = base;
    this.#read = base.read;
  }

  get read(): number {
    return this.#read;
  }

  /** Right, as far as it counts, unless `exact` says otherwise. */
  get unread(): number {
    return this.#sum('unread', this.#live);
  }

  get mentions(): number {
    return Math.min(this.unread, this.#sum('mentions', this.#liveMentions));
  }

  /** Where reading goes on: a sequence at or before the first unread message; undefined where all is read. */
  get firstUnread(): number | undefined {
    if (this.unread === 0) return undefined;
    return this.#left('unread') > 0 ? this.#read + 1 : Math.min(...this.#live);
  }

  /** False where the counts are estimates, mostly too high: ask the server for a base then [UNREAD-4]. */
  get exact(): boolean {
    if (this.#lostTrack) return false;
    if (this.#left('unread') === 0) return true;
    const isCut = this.#read > this.#base.read;
    return (
      !isCut && !this.#gone().some(({ known }) => known === undefined || this.#base.unread >= UNREAD_MAX)
    );
  }

  /** Any event of the stream, in any order. */
  event({ sequence, countsUnread, mine, mentionsMe }: UnreadEvent): void {
    if (!countsUnread || mine || sequence <= this.#base.head || sequence <= this.#read) return;
    if (this.#deletions.has(sequence)) return;
    this.#take(this.#live, sequence);
    if (mentionsMe) this.#take(this.#liveMentions, sequence);
  }

  deleted(deletion: Deletion): void {
    const { sequence, target } = deletion;
    if (sequence <= this.#base.head || target <= this.#read || this.#deletions.has(target)) return;
    const mentionedMe = this.#liveMentions.delete(target);
    const counted = this.#live.delete(target);
    const known = counted ? { counted, mentionedMe } : deletion.known;
    if (this.#deletions.size < UNREAD_MAX) this.#deletions.set(target, { sequence, target, known });
    else this.#lostTrack = true;
    if (this.#overflowed && target > this.#base.head) this.#lostTrack = true;
  }

  /** Counts at once, before the server has heard of it. Never goes back. */
  readTo(sequence: number): void {
    if (sequence <= this.#read) return;
    this.#read = sequence;
    this.#drop();
  }

  /** Of several bases the one of the greatest head holds, and of those the one of the furthest read cursor. */
  rebase(base: UnreadBase): void {
    if (isNewer(base, this.#base)) {
      this.#base = base;
      this.#lostTrack = false;
      this.#overflowed = false;
    }
    this.#read = Math.max(this.#read, base.read);
    this.#drop();
  }

  /** More than UNREAD_MAX need no telling apart: the one that leaves is older than all that stay. */
  #take(sequences: Set<number>, sequence: number): void {
    sequences.add(sequence);
    if (sequences.size <= UNREAD_MAX) return;
    sequences.delete(Math.min(...sequences));
    this.#overflowed = true;
  }

  #sum(what: 'unread' | 'mentions', live: ReadonlySet<number>): number {
    return Math.min(UNREAD_MAX, this.#left(what) + live.size);
  }

  /** What is left of the base's count: at most one for each sequence that is left of it. */
  #left(what: 'unread' | 'mentions'): number {
    const counted = this.#base[what];
    const left = Math.min(counted, Math.max(0, this.#base.head - this.#read));
    if (counted >= UNREAD_MAX) return left;
    const gone = this.#gone().filter(({ known }) =>
      what === 'unread' ? known?.counted : known?.mentionedMe,
    );
    return Math.max(0, left - gone.length);
  }

  /** Messages that the base counts as there, and that are not. */
  #gone(): Deletion[] {
    return [...this.#deletions.values()].filter(({ target }) => target <= this.#base.head);
  }

  #drop(): void {
    const from = Math.max(this.#base.head, this.#read);
    for (const sequences of [this.#live, this.#liveMentions]) {
      for (const sequence of sequences) if (sequence <= from) sequences.delete(sequence);
    }
    for (const [target, { sequence }] of this.#deletions) {
      if (target <= this.#read || sequence <= this.#base.head) this.#deletions.delete(target);
    }
  }
}

/** At one head and cursor counts only shrink: what retention took is gone. */
function isNewer(one: UnreadBase, other: UnreadBase): boolean {
  if (one.head !== other.head) return one.head > other.head;
  if (one.read !== other.read) return one.read > other.read;
  return one.unread < other.unread || one.mentions < other.mentions;
}
