/**
 * What each change of a room appends: the event in the room for everyone, the one in the inbox of whom it concerns, and
 * the derived rows; all in one commit [ROOM-1].
 */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { inboxStream, type RoomRole, roomStream, type UserNumber } from '@sotto/model';
import type { Clock, Random } from '@sotto/protocol';
import { EventKind, MemberChangeSchema, RoomDescriptionSchema } from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import { encodeContent, newEvent } from '../events/content.ts';
import type { Append, DerivedChange, NewEvent } from '../events/store.ts';
import { describeRoom, wireRole } from './describe.ts';
import type { RoomRecord } from './store.ts';

/** Who acts, from which device. */
export interface Actor {
  user: UserRecord;
  device: NewEvent['device'];
}

export class RoomChanges {
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A room with its first members; the actor is among them. `nameKey` makes the name unique. */
  create(
    room: RoomRecord,
    nameKey: string | undefined,
    by: Actor,
    members: readonly { user: UserRecord; role: RoomRole }[],
  ): Append {
    const timeMs = this.#clock.now();
    const { number, kind: roomKind, name, directUsers } = room;
    const created: DerivedChange = {
      kind: 'roomCreated',
      room: number,
      roomKind,
      name,
      nameKey,
      directUsers,
      timeMs,
    };
    const entering = members.map(({ user, role }) => this.enter(room, by, user, role));
    return {
      events: [this.#inRoom(room, by, EventKind.ROOM_CREATED), ...entering.flatMap(({ events }) => events)],
      changes: [created, ...entering.flatMap(({ changes }) => changes)],
    };
  }

  enter(room: RoomRecord, by: Actor, member: UserRecord, role: RoomRole): Append {
    return {
      events: [
        this.#aboutMember(room, by, member, role, EventKind.MEMBER_JOINED),
        this.#inInbox(room, by, member.number, EventKind.ROOM_ENTERED),
      ],
      changes: [
        { kind: 'memberSet', room: room.number, user: member.number, role, timeMs: this.#clock.now() },
      ],
    };
  }

  leave(room: RoomRecord, by: Actor, role: RoomRole): Append {
    const { user } = by;
    return {
      events: [
        this.#aboutMember(room, by, user, role, EventKind.MEMBER_LEFT),
        this.#inInbox(room, by, user.number, EventKind.ROOM_EXITED),
      ],
      changes: [{ kind: 'memberRemoved', room: room.number, user: user.number }],
    };
  }

  #aboutMember(
    room: RoomRecord,
    by: Actor,
    { number, name }: UserRecord,
    role: RoomRole,
    kind: EventKind,
  ): NewEvent {
    const value = create(MemberChangeSchema, { user: number, name, role: wireRole(role) });
    return this.#event(by, roomStream(room.number), kind, encodeContent({ case: 'member', value }));
  }

  #inRoom(room: RoomRecord, by: Actor, kind: EventKind): NewEvent {
    return this.#event(by, roomStream(room.number), kind, roomContent(room));
  }

  #inInbox(room: RoomRecord, by: Actor, user: UserNumber, kind: EventKind): NewEvent {
    return this.#event(by, inboxStream(user), kind, roomContent(room));
  }

  #event(
    { user, device }: Actor,
    stream: NewEvent['stream'],
    kind: EventKind,
    content: Uint8Array,
  ): NewEvent {
    return newEvent(
      { stream, kind, sender: user.number, device, timeMs: this.#clock.now() },
      content,
      this.#random,
    );
  }
}

function roomContent(room: RoomRecord): Uint8Array {
  const fields: MessageInitShape<typeof RoomDescriptionSchema> = describeRoom(room);
  return encodeContent({ case: 'room', value: create(RoomDescriptionSchema, fields) });
}
