import type { JoinedRoom } from '@sotto/client';
import type { RoomNumber, Sequence } from '@sotto/model';

/**
 * Up to where each room was read when this run began to show it. What is shown counts as read at once, so what somebody
 * means by "unread" in front of it is what came after that.
 */
export class ReadingMarks {
  readonly #read = new Map<RoomNumber, Sequence>();

  constructor(rooms: readonly JoinedRoom[]) {
    for (const room of rooms) this.#read.set(room.number, room.read);
  }

  entered(room: JoinedRoom): void {
    this.#read.set(room.number, room.read);
  }

  of(room: JoinedRoom): Sequence {
    return this.#read.get(room.number) ?? room.read;
  }

  /** What was said until there is known by now. */
  set(room: RoomNumber, sequence: Sequence): void {
    this.#read.set(room, sequence);
  }

  /** The log is another one. */
  clear(): void {
    this.#read.clear();
  }
}
