import type { StreamId } from '@sotto/model';
import type { LogEntry } from '../sync/entry.ts';

const ROOMS_MAX = 8;
const ENTRIES_MAX = 60;

/**
 * What happened last in rooms, each without gaps: a page that is on its way may be of a time before that. Bounded: of the
 * rooms in which something happened lately.
 */
export class Tails {
  /** That of the room in which something happened last is the last. */
  readonly #byRoom = new Map<StreamId, LogEntry[]>();

  add(entry: LogEntry): void {
    const { stream, sequence } = entry;
    const known = this.of(stream);
    const isNext = known.at(-1)?.sequence === sequence - 1;
    this.#byRoom.delete(stream);
    this.#byRoom.set(stream, [...(isNext ? known.slice(1 - ENTRIES_MAX) : []), entry]);
    for (const oldest of this.#byRoom.keys()) {
      if (this.#byRoom.size <= ROOMS_MAX) break;
      this.#byRoom.delete(oldest);
    }
  }

  of(stream: StreamId): readonly LogEntry[] {
    return this.#byRoom.get(stream) ?? [];
  }

  delete(stream: StreamId): void {
    this.#byRoom.delete(stream);
  }

  clear(): void {
    this.#byRoom.clear();
  }
}
