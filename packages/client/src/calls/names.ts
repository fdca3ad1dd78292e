/** Rooms as callers name them: those that this account is in are known here. */
import { roomStream, type StreamId } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode } from '@sotto/schema';
import { type RoomReference, roomNumber, roomReference, withoutHash } from '../references.ts';
import type { Rooms } from '../sync/rooms.ts';
import type { JoinedRoom, Room, RoomName } from '../types.ts';

export class RoomNames {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** A room this account is in, as far as that is known. */
  find(name: RoomName): Room | undefined {
    const number = roomNumber(name);
    return number === undefined
      ? this.#rooms.byName(withoutHash(String(name)))
      : this.#rooms.get(roomStream(number));
  }

  /** As `find`. Throws SottoError NOT_FOUND. */
  joined(name: RoomName): Room {
    const room = this.find(name);
    if (room === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `room ${name}`);
    return room;
  }

  /** As `joined`, with what this account is there. */
  member(name: RoomName): JoinedRoom {
    const room = this.#rooms.joined(this.stream(name));
    if (room === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `room ${name}`);
    return room;
  }

  stream(name: RoomName): StreamId {
    return roomStream(this.joined(name).number);
  }

  /** By number where the room is ours, so that a name is never ambiguous. */
  reference(name: RoomName): RoomReference {
    const number = roomNumber(name) ?? this.#rooms.byName(withoutHash(String(name)))?.number;
    return roomReference(number ?? name);
  }
}
