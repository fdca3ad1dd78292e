/** Rooms that this account was put out of while it looked: by whom, why, and until when. */
import type { ClientEvent, Person, Room } from '@sotto/client';
import type { RoomNumber, UserNumber } from '@sotto/model';
import { type Readable, Slice } from '../slice.ts';

export interface Removal {
  kind: 'kicked' | 'banned';
  room: Room;
  by: Person;
  reason: string;
  /** When a ban ends; undefined: never, and of a kick. */
  until: Date | undefined;
}

export class Removals {
  readonly #me: () => UserNumber | undefined;
  readonly #all = new Slice<ReadonlyMap<RoomNumber, Removal>>(new Map());

  constructor(me: () => UserNumber | undefined) {
    this.#me = me;
  }

  get all(): Readable<ReadonlyMap<RoomNumber, Removal>> {
    return this.#all;
  }

  take(event: ClientEvent): void {
    if (event.kind === 'roomEntered') this.#forget(event.room.number);
    if (event.kind !== 'memberKicked' && event.kind !== 'memberBanned') return;
    const { room, by, reason, member } = event;
    if (member.number !== this.#me()) return;
    const removal: Removal =
      event.kind === 'memberBanned'
        ? { kind: 'banned', room, by, reason, until: event.until }
        : { kind: 'kicked', room, by, reason, until: undefined };
    this.#all.set(new Map(this.#all.get()).set(room.number, removal));
  }

  #forget(room: RoomNumber): void {
    const rest = new Map(this.#all.get());
    if (rest.delete(room)) this.#all.set(rest);
  }
}
