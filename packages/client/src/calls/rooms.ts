/** Rooms, asked of the server. */
import { mayInRoom, PAGE_MAX, type RoomAction, roomStream, standingOf } from '@sotto/model';
import type { RoomDetails as WireDetails } from '@sotto/schema';
import { Role } from '@sotto/schema';
import { fromChanges, toRoom, toSettings } from '../describe/rooms.ts';
import { toDate, toDateOrNothing, toRole } from '../describe/values.ts';
import { roomReference, userReference, withoutHash } from '../references.ts';
import type * as sdk from '../types.ts';
import { ask, type CallContext, tell } from './context.ts';
import { toPresence } from './people.ts';

export class RoomCalls {
  readonly #context: CallContext;

  constructor(context: CallContext) {
    this.#context = context;
  }

  async create(name: string, options: sdk.CreateRoomOptions = {}): Promise<sdk.JoinedRoom> {
    const { private: isPrivate = false, announcement = false, topic = '' } = options;
    const { membership } = await tell(this.#context, 'createRoom', {
      name: withoutHash(name),
      private: isPrivate,
      announcement,
      topic,
    });
    return this.#context.follower.enter(membership);
  }

  async join(room: sdk.RoomName | { code: string }): Promise<sdk.JoinedRoom> {
    const request = typeof room === 'object' ? { code: room.code } : { room: roomReference(room) };
    const { membership } = await tell(this.#context, 'joinRoom', request);
    return this.#context.follower.enter(membership);
  }

  async openDirect(user: sdk.Recipient): Promise<sdk.JoinedRoom> {
    const { membership } = await ask(this.#context, 'openDirect', { user: userReference(user) });
    return this.#context.follower.enter(membership);
  }

  async leave(name: sdk.RoomName): Promise<void> {
    const { names, follower } = this.#context;
    const room = names.joined(name);
    await tell(this.#context, 'leaveRoom', { room: roomReference(room.number) });
    follower.exit(roomStream(room.number));
  }

  async details(name: sdk.RoomName): Promise<sdk.RoomDetails> {
    return this.#describe(
      await ask(this.#context, 'readRoom', { room: this.#context.names.reference(name) }),
    );
  }

  /** Says how the room is to be, so it may be said twice. */
  async change(name: sdk.RoomName, changes: sdk.RoomChanges): Promise<sdk.RoomDetails> {
    const room = this.#context.names.reference(name);
    return this.#describe(await ask(this.#context, 'changeRoom', { room, settings: fromChanges(changes) }));
  }

  async add(room: sdk.RoomName, user: sdk.Recipient): Promise<void> {
    const reference = this.#context.names.reference(room);
    await tell(this.#context, 'addMember', { room: reference, user: userReference(user) });
  }

  /** Ascending by number: all, or the first of them, `enough` at least. */
  async members(name: sdk.RoomName, enough = Number.POSITIVE_INFINITY): Promise<readonly sdk.RoomMember[]> {
    const room = this.#context.names.reference(name);
    const members: sdk.RoomMember[] = [];
    for (let after = 0, more = true; more && members.length < enough; ) {
      const page = await ask(this.#context, 'listMembers', { room, after, limit: PAGE_MAX });
      for (const member of page.members) {
        const presence = toPresence(member, this.#context.people);
        const mutedUntil = toDateOrNothing(member.mutedUntilMs);
        if (presence !== undefined) members.push({ ...presence, role: toRole(member.role), mutedUntil });
      }
      const last = page.members.at(-1)?.user?.number ?? after;
      more = page.more && last > after;
      after = last;
    }
    return members;
  }

  async list(): Promise<readonly sdk.ListedRoom[]> {
    const { people, viewing } = this.#context;
    const me = viewing.me?.number ?? 0;
    const listed: sdk.ListedRoom[] = [];
    for (let after = 0, more = true; more; ) {
      const page = await ask(this.#context, 'listRooms', { after, limit: PAGE_MAX });
      await people.ensure(page.rooms.flatMap(({ room }) => room?.directUsers ?? []));
      for (const { room, members, joined, topic, archived } of page.rooms) {
        if (room === undefined) continue;
        listed.push({ ...toRoom(room, me, viewing.named), members, joined, topic, archived });
      }
      const last = page.rooms.at(-1)?.room?.number ?? after;
      more = page.more && last > after;
      after = last;
    }
    return listed;
  }

  can(name: sdk.RoomName, action: RoomAction, me: sdk.Person | undefined): boolean {
    const { kind, role } = this.#context.names.member(name);
    const server = { owner: me?.owner ?? false, administrator: me?.administrator ?? false };
    return mayInRoom(kind, standingOf(kind, role, server), action);
  }

  async #describe(details: WireDetails): Promise<sdk.RoomDetails> {
    const { people, viewing } = this.#context;
    const { room: description, settings, members, createdMs, role, mutedUntilMs } = details;
    if (description === undefined) throw new Error('the server described no room');
    await people.ensure(description.directUsers);
    const room = toRoom(description, viewing.me?.number ?? 0, viewing.named);
    return {
      room,
      settings: toSettings(settings, room),
      members,
      createdAt: toDate(createdMs),
      role: role === Role.UNSPECIFIED ? undefined : toRole(role),
      mutedUntil: toDateOrNothing(mutedUntilMs),
    };
  }
}
