/** Rooms that keep their messages for a time only: what is older is erased (M10). */
import { type RoomNumber, roomStream, type Sequence, type StreamId } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { EventStore } from '../events/store.ts';
import type { RoomRecord, RoomStore } from './store.ts';

/** With the minute that erasing itself may take, what the documentation promises [RETENTION-1]. */
export const SWEEP_MS = 10 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
const ROOMS_PAGE = 100;

export interface RetentionOptions {
  store: Pick<RoomStore, 'roomsWithRetention'>;
  events: Pick<EventStore, 'firstAfter' | 'stream'>;
  /** Erases what comes before, in steps that hold up nothing, for followers too. */
  log: { trim(stream: StreamId, before: Sequence): Promise<unknown> };
  /** What else grows old. */
  alsoSweep: () => Promise<void>;
  clock: Clock;
  /** Told of failures; the next sweep tries again. */
  onFailure: (failure: unknown) => void;
}

export class Retention {
  readonly #options: RetentionOptions;
  #cancel: (() => void) | undefined;
  #sweeping: Promise<void> | undefined;
  #stopped = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#schedule();
  }

  /** Waits for a sweep under way, which goes no further than the room it is at. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#sweeping;
  }

  #schedule(): void {
    this.#cancel = this.#options.clock.after(SWEEP_MS, () => {
      this.#schedule();
      this.#sweeping ??= this.#sweep()
        .catch(this.#options.onFailure)
        .finally(() => {
          this.#sweeping = undefined;
        });
    });
  }

  async #sweep(): Promise<void> {
    const { store, alsoSweep } = this.#options;
    let after = 0 as RoomNumber;
    for (;;) {
      const rooms = await store.roomsWithRetention(after, ROOMS_PAGE);
      for (const room of rooms) if (!this.#stopped) await this.#trim(room);
      const last = rooms.at(-1);
      if (last === undefined || rooms.length < ROOMS_PAGE || this.#stopped) break;
      after = last.number;
    }
    if (!this.#stopped) await alsoSweep();
  }

  async #trim({ number, settings }: RoomRecord): Promise<void> {
    const { events, log, clock } = this.#options;
    const stream = roomStream(number);
    const target = await events.firstAfter(stream, clock.now() - settings.retentionDays * DAY_MS);
    const { firstKept } = await events.stream(stream);
    if (firstKept < target) await log.trim(stream, target);
  }
}
