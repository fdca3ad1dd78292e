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
import { hasSameFields } from '../snapshots/same.ts';
import type { ClientEvent, JoinedRoom, Person, Room } from '../types.ts';
import type { LogEntry } from './entry.ts';

interface Entry {
  room: Room;
  role: RoomRole;
  head: Sequence;
  /** What the room and the role are comes from when this was its head. */
  asOf: Sequence;
  /** As it was last given to callers. */
  shown?: JoinedRoom;
}

export interface Counts {
  unread: number;
  mentions: number;
}

export class Rooms {
  readonly #byStream = new Map<StreamId, Entry>();
  /** The direct room with somebody. */
  readonly #byPeer = new Map<number, StreamId>();
  readonly #unread: (stream: StreamId) => Counts & { read: number };
  readonly #onChange: (stream: StreamId) => void;

  /** `onChange` is called when `joined` may say something else of that room, or whether there is one. */
  constructor(
    unread: (stream: StreamId) => Counts & { read: number },
    onChange: (stream: StreamId) => void = () => {},
  ) {
    this.#unread = unread;
    this.#onChange = onChange;
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

  /** The same object until something in it is another. */
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
    const stream = roomStream(room.number);
    this.#byStream.set(stream, entry);
    if (room.peer !== undefined) this.#byPeer.set(room.peer.number, stream);
    this.#onChange(stream);
    return this.#joined(entry);
  }

  /** Somebody is described otherwise now: so is the direct room with them. */
  renamed(person: Person): void {
    const stream = this.#byPeer.get(person.number);
    const entry = stream === undefined ? undefined : this.#byStream.get(stream);
    if (stream === undefined || entry === undefined || entry.room.peer === person) return;
    entry.room = { ...entry.room, name: person.name, peer: person };
    this.#onChange(stream);
  }

  /** An event of the room: what it is called, what this account is there. What login said already is left as it is. */
  apply({ stream, sequence, kind, content }: LogEntry, me: number | undefined): void {
    const entry = this.#byStream.get(stream);
    if (entry === undefined || sequence <= entry.asOf) return;
    this.#onChange(stream);
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
    if (room?.peer !== undefined) this.#byPeer.delete(room.peer.number);
    this.#onChange(stream);
    return room;
  }

  clear(): void {
    const streams = this.streams();
    this.#byStream.clear();
    this.#byPeer.clear();
    for (const stream of streams) this.#onChange(stream);
  }

  headAt(stream: StreamId, sequence: Sequence): void {
    const entry = this.#byStream.get(stream);
    if (entry === undefined || sequence <= entry.head) return;
    entry.head = sequence;
    this.#onChange(stream);
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

  #joined(entry: Entry): JoinedRoom {
    const { room, role, head, shown } = entry;
    const { unread, mentions, read } = this.#unread(roomStream(room.number));
    const made = { ...room, role, head, read: read as Sequence, unread, mentions };
    if (shown !== undefined && hasSameFields<JoinedRoom>(shown, made)) return shown;
    entry.shown = made;
    return made;
  }
}
