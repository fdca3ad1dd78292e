/**
 * How far this device is in each stream: saved in the store first, acknowledged to the server afterwards [SYNC-4].
 * Both are coalesced: at most one write and one Acknowledge every FLUSH_INTERVAL_MS.
 */
import type { Sequence, StreamId } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { Link } from '../connection/link.ts';
import type { Position } from '../events/hub.ts';
import type { ClientStore } from '../store.ts';

export const FLUSH_INTERVAL_MS = 100;

export interface ProgressOptions {
  store: ClientStore;
  clock: Clock;
  /** The store cannot keep cursors any more. */
  onFailure(error: Error): void;
}

export class Progress {
  readonly #options: ProgressOptions;
  #log: string;
  /** Everything callers have taken. */
  #cursors: Map<StreamId, Sequence>;
  #unsaved = new Map<StreamId, Sequence | undefined>();
  #saved: Map<StreamId, Sequence>;
  #reads = new Map<StreamId, Sequence>();
  #toAcknowledge = new Set<StreamId>();
  #link: Link | undefined;
  #saving: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | undefined;

  constructor(options: ProgressOptions, log: string, cursors: ReadonlyMap<StreamId, Sequence>) {
    this.#options = options;
    this.#log = log;
    this.#cursors = new Map(cursors);
    this.#saved = new Map(cursors);
  }

  get log(): string {
    return this.#log;
  }

  get cursors(): ReadonlyMap<StreamId, Sequence> {
    return this.#cursors;
  }

  /** From now on the log is this one. True when that voids the cursors there were. */
  adopt(log: string): boolean {
    if (log === this.#log) return false;
    const replaced = this.#log !== '';
    this.#log = log;
    for (const kept of [this.#cursors, this.#unsaved, this.#saved, this.#reads, this.#toAcknowledge])
      kept.clear();
    return replaced;
  }

  /** Where following the stream begins; kept, so that it begins there the next time as well. */
  begin(stream: StreamId, after: Sequence): Sequence {
    const own = this.#cursors.get(stream);
    if (own !== undefined) return own;
    this.#move(stream, after);
    return after;
  }

  forget(stream: StreamId): void {
    if (!this.#cursors.delete(stream)) return;
    this.#reads.delete(stream);
    this.#toAcknowledge.delete(stream);
    this.#unsaved.set(stream, undefined);
    this.#schedule();
  }

  /** Every caller has taken the event at `position`. */
  taken({ log, stream, sequence }: Position): void {
    const own = this.#cursors.get(stream);
    if (log !== this.#log || own === undefined || own >= sequence) return;
    this.#toAcknowledge.add(stream);
    this.#move(stream, sequence);
  }

  read(stream: StreamId, sequence: Sequence): void {
    if ((this.#reads.get(stream) ?? 0) >= sequence) return;
    this.#reads.set(stream, sequence);
    this.#toAcknowledge.add(stream);
    this.#schedule();
  }

  /** The server knows so much of the stream: where that is less than it was told, it did not hear it, and is told again. */
  heard(stream: StreamId, delivered: number, read: number): void {
    const isBehind = (this.#cursors.get(stream) ?? 0) > delivered || (this.#reads.get(stream) ?? 0) > read;
    if (isBehind) this.#toAcknowledge.add(stream);
  }

  /** The server follows our streams on this connection: acknowledgements mean something to it. */
  connected(link: Link): void {
    this.#link = link;
    if (this.#toAcknowledge.size > 0) this.#schedule();
  }

  disconnected(): void {
    this.#link = undefined;
  }

  /** Saves and acknowledges what there is; resolves when it is saved. */
  flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#saving = this.#saving.then(() => this.#save());
    return this.#saving;
  }

  #move(stream: StreamId, sequence: Sequence): void {
    this.#cursors.set(stream, sequence);
    this.#unsaved.set(stream, sequence);
    this.#schedule();
  }

  #schedule(): void {
    this.#cancelTimer ??= this.#options.clock.after(FLUSH_INTERVAL_MS, () => void this.flush());
  }

  async #save(): Promise<void> {
    const log = this.#log;
    const changes = this.#unsaved;
    this.#unsaved = new Map();
    try {
      if (changes.size > 0) await this.#options.store.saveCursors(log, changes);
    } catch (error) {
      return this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
    if (log !== this.#log) return;
    for (const [stream, sequence] of changes) {
      if (sequence === undefined) this.#saved.delete(stream);
      else this.#saved.set(stream, sequence);
    }
    this.#acknowledge();
  }

  #acknowledge(): void {
    if (this.#link === undefined || this.#toAcknowledge.size === 0) return;
    const progress = [...this.#toAcknowledge].map((stream) => ({
      stream,
      delivered: this.#saved.get(stream) ?? 0,
      read: this.#reads.get(stream) ?? 0,
    }));
    this.#toAcknowledge.clear();
    this.#link.notify('acknowledge', { progress });
  }
}
