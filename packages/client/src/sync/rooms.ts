/** The rooms this account is in. The server's word at login is the truth; events keep it up to date in between. */
import {
  LOBBY,
  type RoomNumber,
  type RoomRole,
  roomStream,
  type Sequence,
  type StreamId,
  type UserNumber,
} from '@sotto/model';
import { type Membership, type Receipts, Role, type RoomDescription, RoomKind } from '@sotto/schema';
import type { ClientEvent, JoinedRoom, Person, Room } from '../types.ts';

const KINDS = {
  [RoomKind.LOBBY]: 'lobby',
  [RoomKind.PUBLIC]: 'public',
  [RoomKind.PRIVATE]: 'private',
  [RoomKind.DIRECT]: 'direct',
  [RoomKind.ANNOUNCEMENT]: 'announcement',
  [RoomKind.UNSPECIFIED]: 'private',
} as const;

export function toRoom(description: RoomDescription, me: number, named: (user: number) => Person): Room {
  const other = description.directUsers.find((user) => user !== me) ?? description.directUsers[0];
  const peer = description.kind === RoomKind.DIRECT && other !== undefined ? named(other) : undefined;
  return {
    number: description.number as RoomNumber,
    kind: KINDS[description.kind] ?? 'private',
    name: peer?.name ?? description.name,
    peer,
  };
}

const ROLES = {
  [Role.OWNER]: 'owner',
  [Role.ADMIN]: 'admin',
  [Role.MODERATOR]: 'moderator',
  [Role.MEMBER]: 'member',
  [Role.GUEST]: 'guest',
  [Role.UNSPECIFIED]: 'member',
} as const;

export const toRole = (role: Role): RoomRole => ROLES[role] ?? 'member';

interface Entry {
  room: Room;
  role: RoomRole;
  head: Sequence;
  read: Sequence;
}

export class Rooms {
  readonly #byStream = new Map<StreamId, Entry>();

  /** The lobby first, then by number. */
  list(): readonly JoinedRoom[] {
    return [...this.#byStream.values()]
      .map(joined)
      .sort((a, b) => Number(b.number === LOBBY) - Number(a.number === LOBBY) || a.number - b.number);
  }

  streams(): readonly StreamId[] {
    return [...this.#byStream.keys()];
  }

  has(stream: StreamId): boolean {
    return this.#byStream.has(stream);
  }

  get(stream: StreamId): Room | undefined {
    return this.#byStream.get(stream)?.room;
  }

  joined(stream: StreamId): JoinedRoom | undefined {
    const entry = this.#byStream.get(stream);
    return entry && joined(entry);
  }

  /** By name as typed, else whatever its case; direct rooms have no name of their own. */
  byName(name: string): Room | undefined {
    const rooms = [...this.#byStream.values()]
      .map(({ room }) => room)
      .filter(({ kind }) => kind !== 'direct');
    const lower = name.toLowerCase();
    return (
      rooms.find((room) => room.name === name) ?? rooms.find((room) => room.name.toLowerCase() === lower)
    );
  }

  enter(room: Room, { role, head, read }: Pick<Membership, 'role' | 'head' | 'read'>): JoinedRoom {
    const entry = { room, role: toRole(role), head: head as Sequence, read: read as Sequence };
    this.#byStream.set(roomStream(room.number), entry);
    return joined(entry);
  }

  /** The room that was left; undefined when it was not there. */
  exit(stream: StreamId): Room | undefined {
    const room = this.get(stream);
    this.#byStream.delete(stream);
    return room;
  }

  clear(): void {
    this.#byStream.clear();
  }

  headAt(stream: StreamId, sequence: Sequence): void {
    const entry = this.#byStream.get(stream);
    if (entry !== undefined && sequence > entry.head) entry.head = sequence;
  }

  /** undefined for rooms this account is not in. */
  receipts({ stream, receipts }: Receipts): ClientEvent | undefined {
    const room = this.get(stream as StreamId);
    if (room === undefined) return undefined;
    return {
      kind: 'receipts',
      room,
      receipts: receipts.map(({ user, delivered, read }) => ({
        user: user as UserNumber,
        delivered: delivered as Sequence,
        read: read as Sequence,
      })),
    };
  }

  readAt(stream: StreamId, sequence: Sequence): void {
    const entry = this.#byStream.get(stream);
    if (entry !== undefined && sequence > entry.read) entry.read = sequence;
  }
}

const joined = ({ room, role, head, read }: Entry): JoinedRoom => ({ ...room, role, head, read });
