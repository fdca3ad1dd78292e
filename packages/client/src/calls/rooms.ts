/** Rooms and their history, asked of the server. */
import { PAGE_MAX, roomStream, type StreamId } from '@sotto/model';
import { SottoError } from '@sotto/protocol';
import { ErrorCode, type Event } from '@sotto/schema';
import type { Present } from '../connection/present.ts';
import { roomNumber, roomReference, userReference, withoutHash } from '../references.ts';
import { toClientEvent, toEntry, usersIn } from '../sync/entry.ts';
import type { Follower } from '../sync/follower.ts';
import type { People } from '../sync/people.ts';
import { type Rooms, toRole, toRoom } from '../sync/rooms.ts';
import type {
  ClientEvent,
  JoinedRoom,
  ListedRoom,
  Recipient,
  Room,
  RoomName,
  SottoClient,
} from '../types.ts';
import { toPresence } from './people.ts';

const HISTORY_DEFAULT = 50;

export interface RoomCallsOptions {
  present: Present;
  rooms: Rooms;
  people: People;
  follower: Follower;
  me(): number | undefined;
}

type Members = Awaited<ReturnType<SottoClient['members']>>;

export class RoomCalls {
  readonly #options: RoomCallsOptions;

  constructor(options: RoomCallsOptions) {
    this.#options = options;
  }

  /** A room this account is in. Throws SottoError NOT_FOUND. */
  joined(name: RoomName): Room {
    const number = roomNumber(name);
    const room =
      number === undefined
        ? this.#options.rooms.byName(withoutHash(String(name)))
        : this.#options.rooms.get(roomStream(number));
    if (room === undefined) throw new SottoError(ErrorCode.NOT_FOUND, `room ${name}`);
    return room;
  }

  async create(name: string, isPrivate: boolean): Promise<JoinedRoom> {
    const { present, follower } = this.#options;
    const { link } = await present.now();
    const { membership } = await link.request('createRoom', {
      name: withoutHash(name),
      private: isPrivate,
    });
    return follower.enter(membership);
  }

  async join(room: RoomName): Promise<JoinedRoom> {
    const { present, follower } = this.#options;
    const { link } = await present.now();
    const { membership } = await link.request('joinRoom', { room: roomReference(room) });
    return follower.enter(membership);
  }

  async leave(name: RoomName): Promise<void> {
    const room = this.joined(name);
    const { link } = await this.#options.present.now();
    await link.request('leaveRoom', { room: roomReference(room.number) });
    this.#options.follower.exit(roomStream(room.number));
  }

  async add(room: RoomName, user: Recipient): Promise<void> {
    const { link } = await this.#options.present.now();
    await link.request('addMember', { room: this.#reference(room), user: userReference(user) });
  }

  async members(name: RoomName): Promise<Members> {
    const room = this.#reference(name);
    const members: Members[number][] = [];
    for (let after = 0, more = true; more; ) {
      const page = await this.#options.present.ask(({ link }) =>
        link.request('listMembers', { room, after, limit: PAGE_MAX }),
      );
      for (const member of page.members) {
        const presence = toPresence(member, this.#options.people);
        if (presence !== undefined) members.push({ ...presence, role: toRole(member.role) });
      }
      const last = page.members.at(-1)?.user?.number ?? after;
      more = page.more && last > after;
      after = last;
    }
    return members;
  }

  async list(): Promise<readonly ListedRoom[]> {
    const { present, people, me } = this.#options;
    const listed: ListedRoom[] = [];
    for (let after = 0, more = true; more; ) {
      const page = await present.ask(({ link }) => link.request('listRooms', { after, limit: PAGE_MAX }));
      await people.ensure(page.rooms.flatMap(({ room }) => room?.directUsers ?? []));
      for (const { room, members, joined } of page.rooms) {
        if (room !== undefined) {
          listed.push({ ...toRoom(room, me() ?? 0, (user) => people.named(user)), members, joined });
        }
      }
      const last = page.rooms.at(-1)?.room?.number ?? after;
      more = page.more && last > after;
      after = last;
    }
    return listed;
  }

  /** Ascending. A page of the server may be shorter than asked for, so it is asked until there is enough. */
  async history(name: RoomName, before: number, limit = HISTORY_DEFAULT): Promise<readonly ClientEvent[]> {
    const room = this.joined(name);
    const stream = roomStream(room.number);
    let events: Event[] = [];
    let end = before;
    while (events.length < limit) {
      const page = await this.#page(stream, end, Math.min(PAGE_MAX, limit - events.length));
      events = [...page.events, ...events];
      end = page.events[0]?.sequence ?? 0;
      if (end <= Math.max(1, page.firstKept)) break;
    }
    return this.#describe(room, events);
  }

  #page(stream: StreamId, before: number, limit: number) {
    return this.#options.present.ask(({ link }) => link.request('readHistory', { stream, before, limit }));
  }

  async #describe(room: Room, events: readonly Event[]): Promise<readonly ClientEvent[]> {
    const { people, me } = this.#options;
    const entries = events.map(toEntry);
    await people.ensure(entries.flatMap(usersIn));
    return entries.flatMap((entry) => toClientEvent(entry, room, me(), (user) => people.named(user)) ?? []);
  }

  /** By number where the room is ours, so that a name is never ambiguous. */
  #reference(name: RoomName) {
    const number = roomNumber(name) ?? this.#options.rooms.byName(withoutHash(String(name)))?.number;
    return roomReference(number ?? name);
  }
}
