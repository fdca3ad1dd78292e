/** The rooms this account is in. The server's word at login is the truth; events keep it up to date in between. */
import {
  LOBBY,
  type RoomRole,
  roomStream,
  type Sequence,
  type StreamId,
  type UserNumber,
} from '@sotto/model';
import { EventKind, type Membership, type Receipts } from '@sotto/schema';
import { toKind, toRole } from '../describe/values.ts';
import type { ClientEvent, JoinedRoom, Room } from '../types.ts';
import type { LogEntry } from './entry.ts';

interface Entry {
  room: Room;
  role: RoomRole;
  head: Sequence;
  /** What the room and the role are comes from when this was its head. */
  asOf: Sequence;
}

export interface Counts {
  unread: number;
  mentions: number;
}

export class Rooms {
  readonly #byStream = new Map<StreamId, Entry>();
  readonly #unread: (stream: StreamId) => Counts & { read: number };

  constructor(unread: (stream: StreamId) => Counts & { read: number }) {
    this.#unread = unread;
  }

  /** The lobby first, then by number. */
  list(): readonly JoinedRoom[] {
    return [...this.#byStream.values()]
      .map((entry) => this.#joined(entry))
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
    return entry && this.#joined(entry);
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

  enter(room: Room, { role, head }: Pick<Membership, 'role' | 'head'>): JoinedRoom {
    const asOf = head as Sequence;
    const entry = { room, role: toRole(role), head: asOf, asOf };
    this.#byStream.set(roomStream(room.number), entry);
    return this.#joined(entry);
  }

  /** An event of the room: what it is called, what this account is there. What login said already is left as it is. */
  apply({ stream, sequence, kind, content }: LogEntry, me: number | undefined): void {
    const entry = this.#byStream.get(stream);
    if (entry === undefined || sequence <= entry.asOf) return;
    if (kind === EventKind.ROOM_CHANGED && content.case === 'settings') {
      const { name, kind: kindOfRoom } = content.value;
      const { room } = entry;
      entry.room = {
        ...room,
        name: name ?? room.name,
        kind: kindOfRoom === undefined ? room.kind : toKind(kindOfRoom),
      };
    }
    if (kind !== EventKind.MEMBER_ROLE_CHANGED || content.case !== 'member') return;
    if (content.value.user === me) entry.role = toRole(content.value.role);
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

  #joined({ room, role, head }: Entry): JoinedRoom {
    const { unread, mentions, read } = this.#unread(roomStream(room.number));
    return { ...room, role, head, read: read as Sequence, unread, mentions };
  }
}
