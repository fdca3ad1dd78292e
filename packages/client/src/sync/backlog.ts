/** Events that wait, in order, until the names of everyone in them are known [SYNC-3]. */
import { PAGE_MAX } from '@sotto/model';
import { type Clock, SottoError } from '@sotto/protocol';
import { Retry } from '@sotto/schema';
import { type Describing, toClientEvent, toInboxEvent } from '../describe/events.ts';
import type { EventHub } from '../events/hub.ts';
import type { ClientEvent, Room } from '../types.ts';
import { isRoomStream, type LogEntry, usersIn } from './entry.ts';
import type { People } from './people.ts';
import type { Progress } from './progress.ts';
import type { Rooms } from './rooms.ts';

const RETRY_MS = 1_000;

export interface BacklogOptions {
  clock: Clock;
  people: People;
  rooms: Rooms;
  hub: EventHub;
  progress: Progress;
  describing: Describing;
  /** Gets each event before callers do, once, in order, its names known. */
  onEntry(entry: LogEntry): void;
}

interface Waiting {
  entry: LogEntry;
  /** undefined for the inbox. */
  room: Room | undefined;
  log: string;
  /** Callers are not told. */
  isSilent: boolean;
}

export class Backlog {
  readonly #options: BacklogOptions;
  #waiting: Waiting[] = [];
  #resolving = false;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  get held(): number {
    return this.#waiting.length;
  }

  add(entry: LogEntry, isSilent: boolean): void {
    const { progress, rooms } = this.#options;
    const waiting = { entry, room: rooms.get(entry.stream), log: progress.log, isSilent };
    if (this.#waiting.length === 0 && this.#named(entry)) {
      this.#publish(waiting);
    } else {
      this.#waiting.push(waiting);
      this.resolve();
    }
  }

  clear(): void {
    this.#waiting = [];
  }

  /** Asks for the names that are missing, one batch at a time; begun again after each login. */
  resolve(): void {
    if (this.#resolving || this.#waiting.length === 0) return;
    this.#resolving = true;
    this.#work().then(
      () => {
        this.#resolving = false;
        this.resolve();
      },
      (error) => {
        this.#resolving = false;
        this.#failed(error);
      },
    );
  }

  async #work(): Promise<void> {
    for (;;) {
      const blocked = this.#waiting.findIndex(({ entry }) => !this.#named(entry));
      const ready = this.#waiting.splice(0, blocked < 0 ? this.#waiting.length : blocked);
      for (const waiting of ready) this.#publish(waiting);
      if (blocked < 0) return;
      await this.#options.people.ensure(this.#missing());
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof SottoError)) return;
    const waitMs = error.info.retry === Retry.LATER ? error.retryAfterMs : 0;
    this.#options.clock.after(waitMs || RETRY_MS, () => this.resolve());
  }

  #missing(): Set<number> {
    const missing = new Set<number>();
    for (const { entry } of this.#waiting) {
      for (const user of usersIn(entry)) {
        if (this.#options.people.get(user) === undefined) missing.add(user);
      }
      if (missing.size >= PAGE_MAX) break;
    }
    return missing;
  }

  #named(entry: LogEntry): boolean {
    return usersIn(entry).every((user) => this.#options.people.get(user) !== undefined);
  }

  #publish({ entry, room, log, isSilent }: Waiting): void {
    const { hub, rooms, onEntry } = this.#options;
    onEntry(entry);
    const event = isSilent ? undefined : this.#describe(entry, rooms.get(entry.stream) ?? room);
    hub.publish(event, { log, stream: entry.stream, sequence: entry.sequence });
  }

  #describe(entry: LogEntry, room: Room | undefined): ClientEvent | undefined {
    const { describing } = this.#options;
    if (!isRoomStream(entry.stream)) return toInboxEvent(entry, describing);
    return room && toClientEvent(entry, room, describing);
  }
}
