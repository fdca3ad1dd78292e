/** Who is writing: told at most every few seconds, kept nowhere [WRITING-1]. */
import { roomStream, type Sequence, TYPING_REPEAT_MS, type UserNumber } from '@sotto/model';
import type { Clock } from '@sotto/protocol';
import type { TypingUpdate } from '@sotto/schema';
import type { Present } from '../connection/present.ts';
import { toSequenceOrNothing } from '../describe/values.ts';
import type { People } from '../sync/people.ts';
import type { Rooms } from '../sync/rooms.ts';
import type { ClientEvent, Room } from '../types.ts';

export interface TypingOptions {
  present: Present;
  clock: Clock;
  people: People;
  rooms: Rooms;
  isBlocked(user: UserNumber): boolean;
  publish(event: ClientEvent): void;
}

export class Typing {
  readonly #options: TypingOptions;
  /** When it was told last, by room and thread. */
  readonly #toldAtMs = new Map<string, number>();

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  /** Nothing where it was told a moment ago, or where there is no connection: later it would not be true. */
  tell(room: Room, thread: Sequence | undefined): void {
    const { present, clock } = this.#options;
    const now = clock.now();
    const key = `${room.number}/${thread ?? 0}`;
    const toldAtMs = this.#toldAtMs.get(key) ?? Number.NEGATIVE_INFINITY;
    const isRecent = now - toldAtMs < TYPING_REPEAT_MS && now >= toldAtMs;
    if (isRecent || present.opened === undefined) return;
    for (const [each, atMs] of this.#toldAtMs) {
      if (now - atMs >= TYPING_REPEAT_MS) this.#toldAtMs.delete(each);
    }
    this.#toldAtMs.set(key, now);
    present.opened.link.notify('typing', { room: room.number, thread: thread ?? 0 });
  }

  /** The message is sent: what is written next is told at once. */
  sent(room: number, thread: Sequence | undefined): void {
    this.#toldAtMs.delete(`${room}/${thread ?? 0}`);
  }

  async heard({ room: number, thread, user }: TypingUpdate): Promise<void> {
    const { people, rooms, isBlocked, publish } = this.#options;
    await people.ensure([user]);
    const room = rooms.get(roomStream(number as Room['number']));
    if (room === undefined || isBlocked(user as UserNumber)) return;
    publish({ kind: 'typing', room, thread: toSequenceOrNothing(thread), person: people.named(user) });
  }
}
