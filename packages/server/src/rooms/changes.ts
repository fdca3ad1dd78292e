/**
 * What each change of a room appends: the event in the room for everyone, the one in the inbox of whom it concerns, the
 * derived rows, and what the audit log says of it; all in one commit [ROOM-1].
 */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  inboxStream,
  type RoomRole,
  roomStream,
  SERVER_DEVICE,
  SERVER_SENDER,
  type Standing,
  type UserNumber,
} from '@sotto/model';
import type { Clock, Random } from '@sotto/protocol';
import {
  EventKind,
  InvitationSchema,
  MemberChangeSchema,
  RoomDescriptionSchema,
  RoomSettingsSchema,
} from '@sotto/schema';
import type { UserRecord } from '../accounts/store.ts';
import { encodeContent, newEvent } from '../events/content.ts';
import type { Append, DerivedChange, NewAuditEntry, NewEvent, RoomChange } from '../events/store.ts';
import { describeRoom, wireRole } from './describe.ts';
import type { RoomRecord } from './store.ts';

/** Who acts, from which device. */
export interface Actor {
  user: UserRecord;
  device: NewEvent['device'];
}

/** An actor as the event names it, with what it is in the room; undefined is the server itself. */
export type Doer = (Actor & { standing: Standing }) | undefined;

/** What happened to a member, beside who it is. */
export interface MemberEvent {
  kind: EventKind;
  /** What the member is, or was until it left. */
  role: Standing;
  untilMs?: number;
  reason?: string;
}

type Member = Pick<UserRecord, 'number' | 'name'>;

export class RoomChanges {
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** A room with its first members; the actor is among them, as what it says. `names` make the name unique. */
  create(
    room: RoomRecord,
    names: { nameKey: string; nameSkeleton: string } | undefined,
    by: Actor & { standing: Standing },
    members: readonly { user: UserRecord; role: RoomRole }[],
  ): Append {
    const { number, kind: roomKind, name, directUsers, settings } = room;
    const created: DerivedChange = {
      kind: 'roomCreated',
      room: number,
      roomKind,
      name,
      nameKey: names?.nameKey,
      directUsers,
      timeMs: this.#clock.now(),
      settings,
      ...(names && { nameSkeleton: names.nameSkeleton }),
    };
    const entering = members.map(({ user, role }) => this.enter(room, by, user, role));
    return {
      events: [this.inRoom(room, by, EventKind.ROOM_CREATED), ...entering.flatMap(({ events }) => events)],
      changes: [created, ...entering.flatMap(({ changes }) => changes)],
    };
  }

  enter(room: RoomRecord, by: Doer, member: UserRecord, role: RoomRole): Append {
    return {
      events: [
        this.aboutMember(room, by, member, { kind: EventKind.MEMBER_JOINED, role }),
        this.inInbox(room, by, member.number, EventKind.ROOM_ENTERED),
      ],
      changes: [
        { kind: 'memberSet', room: room.number, user: member.number, role, timeMs: this.#clock.now() },
      ],
    };
  }

  /** Of a member that `event` says has left, been kicked, or banned. */
  exit(room: RoomRecord, by: Doer, member: Member, event: MemberEvent): Append {
    return {
      events: [
        this.aboutMember(room, by, member, event),
        this.inInbox(room, by, member.number, EventKind.ROOM_EXITED),
      ],
      changes: [{ kind: 'memberRemoved', room: room.number, user: member.number }],
    };
  }

  /** `member` is one already. */
  role(room: RoomRecord, by: Doer, member: Member, role: RoomRole): Append {
    return {
      events: [this.aboutMember(room, by, member, { kind: EventKind.MEMBER_ROLE_CHANGED, role })],
      changes: [
        { kind: 'memberSet', room: room.number, user: member.number, role, timeMs: this.#clock.now() },
      ],
    };
  }

  changed(
    room: RoomRecord,
    by: Doer,
    settings: MessageInitShape<typeof RoomSettingsSchema>,
    change: RoomChange,
  ): Append {
    const content = encodeContent({ case: 'settings', value: create(RoomSettingsSchema, settings) });
    return {
      events: [this.#event(by, roomStream(room.number), EventKind.ROOM_CHANGED, content)],
      changes: [change],
    };
  }

  invite(room: RoomRecord, by: Actor, user: UserNumber): Append {
    const timeMs = this.#clock.now();
    const value = create(InvitationSchema, { room: describeRoom(room), by: by.user.number, timeMs });
    const content = encodeContent({ case: 'invitation', value });
    return {
      events: [this.#event({ ...by, standing: 'none' }, inboxStream(user), EventKind.ROOM_INVITED, content)],
      changes: [{ kind: 'invitationSet', room: room.number, user, by: by.user.number, timeMs }],
    };
  }

  /** Of an invitation that is open: it was accepted, declined or taken back. */
  settle(room: RoomRecord, by: Doer, user: UserNumber): Append {
    return {
      events: [this.inInbox(room, by, user, EventKind.INVITATION_SETTLED)],
      changes: [{ kind: 'invitationDropped', room: room.number, user }],
    };
  }

  audited(
    by: Pick<UserRecord, 'number'>,
    room: RoomRecord,
    action: string,
    of: { target?: UserNumber; detail?: string } = {},
  ): Append {
    return { events: [], changes: [{ kind: 'audited', entry: this.entry(by, room, action, of) }] };
  }

  entry(
    by: Pick<UserRecord, 'number'>,
    room: RoomRecord,
    action: string,
    { target = SERVER_SENDER, detail = '' }: { target?: UserNumber; detail?: string } = {},
  ): NewAuditEntry {
    return { timeMs: this.#clock.now(), actor: by.number, target, room: room.number, action, detail };
  }

  aboutMember(
    room: RoomRecord,
    by: Doer,
    { number, name }: Member,
    { kind, role, untilMs = 0, reason = '' }: MemberEvent,
  ): NewEvent {
    const value = create(MemberChangeSchema, {
      user: number,
      name,
      role: wireRole(role),
      untilMs,
      reason,
    });
    return this.#event(by, roomStream(room.number), kind, encodeContent({ case: 'member', value }));
  }

  inRoom(room: RoomRecord, by: Doer, kind: EventKind): NewEvent {
    return this.#event(by, roomStream(room.number), kind, roomContent(room));
  }

  inInbox(room: RoomRecord, by: Doer, user: UserNumber, kind: EventKind): NewEvent {
    return this.#event(by && { ...by, standing: 'none' }, inboxStream(user), kind, roomContent(room));
  }

  #event(by: Doer, stream: NewEvent['stream'], kind: EventKind, content: Uint8Array): NewEvent {
    const head = {
      stream,
      kind,
      sender: by?.user.number ?? SERVER_SENDER,
      device: by?.device ?? SERVER_DEVICE,
      timeMs: this.#clock.now(),
      role: wireRole(by?.standing ?? 'none'),
    };
    return newEvent(head, content, this.#random);
  }
}

/** All of them, in order, as one. */
export const together = (...appends: readonly (Append | undefined)[]): Append => ({
  events: appends.flatMap((append) => append?.events ?? []),
  changes: appends.flatMap((append) => append?.changes ?? []),
});

function roomContent(room: RoomRecord): Uint8Array {
  const fields: MessageInitShape<typeof RoomDescriptionSchema> = describeRoom(room);
  return encodeContent({ case: 'room', value: create(RoomDescriptionSchema, fields) });
}
