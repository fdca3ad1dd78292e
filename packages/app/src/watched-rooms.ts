import type { SottoClient } from '@sotto/client';
import { type RoomNumber, WATCHED_ANSWERS_MAX } from '@sotto/model';

/** Whose answers are told of while they are written: those of rooms that are shown. */
export class WatchedRooms {
  readonly #client: SottoClient;
  readonly #shown = new Map<RoomNumber, number>();

  constructor(client: SottoClient) {
    this.#client = client;
  }

  /** Until the returned function is called. */
  watch(room: RoomNumber): () => void {
    this.#count(room, 1);
    let isOver = false;
    return () => {
      if (!isOver) this.#count(room, -1);
      isOver = true;
    };
  }

  #count(room: RoomNumber, change: number): void {
    const before = this.#shown.get(room) ?? 0;
    if (before + change === 0) this.#shown.delete(room);
    else this.#shown.set(room, before + change);
    if (before !== 0 && before + change !== 0) return;
    // Answers come as messages all the same.
    this.#client.assistants.watch([...this.#shown.keys()].slice(-WATCHED_ANSWERS_MAX)).catch(() => {});
  }
}
