/**
 * A server for tests of the client: one log in memory, every session believed, scripted trouble. It speaks the real
 * protocol over the memory transport, through the real ServerSession.
 */
import {
  inboxStream,
  LOBBY,
  type RoomNumber,
  roomStream,
  type StreamId,
  type UserNumber,
} from '@sotto/model';
import {
  type Clock,
  decodeMessage,
  encodeMessage,
  type FrameFields,
  type FrameMessage,
  type ReplyName,
  type Request,
  type RequestName,
  type SottoError,
} from '@sotto/protocol';
import { ContentSchema, EventKind, type Membership, Role, RoomKind } from '@sotto/schema';
import type { Accept } from '@sotto/transport';
import { createMemoryNetwork, type MemoryNetwork, MemoryPath } from '@sotto/transport/memory';
import type { Route } from '../environment.ts';
import { FakeConnection } from './fake-connection.ts';
import { FakeFiles } from './fake-files.ts';

/** An event, a room, as the wire carries them. */
export interface LogEvent {
  stream: number;
  sequence: number;
  kind: EventKind;
  sender: number;
  content: Uint8Array;
  timeMs: number;
  clientMessageId: Uint8Array;
  relatesTo: number;
  thread: number;
  role: Role;
  countsUnread: boolean;
}

/** What most events have not. */
export type Extra = Partial<Pick<LogEvent, 'clientMessageId' | 'relatesTo' | 'thread' | 'role'>>;

export interface FakeRoom {
  number: number;
  kind: RoomKind;
  name: string;
  directUsers: number[];
}

const NOTHING = new Uint8Array(0);
type FakeContent =
  | NonNullable<Parameters<typeof encodeMessage<typeof ContentSchema>>[1]['content']>
  | undefined;

export const ALICE = 1 as UserNumber;
export const BOB = 2 as UserNumber;
/** An assistant. */
export const HELPER = 70 as UserNumber;
const NAMES = new Map<number, string>([
  [ALICE, 'alice'],
  [BOB, 'bob'],
  [HELPER, 'helper'],
]);

export class FakeServer {
  readonly network: MemoryNetwork;
  readonly connections: FakeConnection[] = [];
  readonly streams = new Map<StreamId, LogEvent[]>();
  readonly rooms = new Map<RoomNumber, FakeRoom>();
  readonly files = new FakeFiles();
  /** What was acknowledged, by room. */
  readonly delivered = new Map<number, number>();
  readonly firstKept = new Map<number, number>();
  log = 'log-1';
  /** Of the session; a Resume must name a higher one, or none. */
  generation = 1;
  /** How many users there are. */
  population = 2;
  /** One-way. */
  delayMs = 0;
  /** As Welcome names it. */
  certificateSha256: Uint8Array = new Uint8Array(0);
  /** As Welcome names them. */
  endpoints: { transport: string; port: number }[] = [];
  /** The token a client must show; each resume makes the next. */
  token = 'token-0';
  previousToken = '';
  /** Requests as they came, by name. */
  readonly requests: Request[] = [];
  /** Answers instead of the fake; returns a SottoError to refuse with, 'silence' to say nothing. */
  trouble: (request: Request) => SottoError | 'silence' | undefined = () => undefined;
  /** What it answers to requests that it does not know by itself. */
  readonly answers = new Map<RequestName, (message: never) => object>();
  /** Transports on whose port nobody listens. */
  readonly refused = new Set<string>();
  readonly paths = new Map<string, MemoryPath>();
  readonly #clock: Clock;
  readonly #sent = new Map<string, { room: number; sequence: number }>();
  up = true;
  /** Events are durable, and answered, before they are told. */
  #holdsBack = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.network = createMemoryNetwork({ clock, delayMs: () => this.delayMs });
    this.network.listen('server', this.accepting);
    this.addRoom(LOBBY, RoomKind.LOBBY, 'lobby');
  }

  get route(): Route {
    const { network } = this;
    return {
      transport: 'memory',
      host: 'server',
      port: 1,
      dial: ({ events, signal }) =>
        network.dial({
          name: this.up ? 'server' : 'nobody',
          events,
          ...(signal === undefined ? {} : { signal }),
        }),
    };
  }

  /** Ways beside each other, each of which a test may hold. */
  routes(...transports: readonly string[]): Route[] {
    return transports.map((transport) => {
      const path = new MemoryPath();
      this.paths.set(transport, path);
      const { network } = this;
      const dial: Route['dial'] = ({ events, signal }) =>
        network.dial({
          name: this.up && !this.refused.has(transport) ? 'server' : 'nobody',
          events,
          path,
          ...(signal === undefined ? {} : { signal }),
        });
      return { transport, host: 'server', port: 1, dial };
    });
  }

  /** Those made by `routes`. */
  path(transport: string): MemoryPath {
    const path = this.paths.get(transport);
    if (path === undefined) throw new Error(`no path over ${transport}`);
    return path;
  }

  /** The newest connection. */
  get last(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nobody has connected');
    return connection;
  }

  get now(): number {
    return this.#clock.now();
  }

  named<Name extends Request['name']>(name: Name): FrameMessage<Name>[] {
    return this.requests
      .filter((request) => request.name === name)
      .map(({ message }) => message as FrameMessage<Name>);
  }

  /** From now on it answers so. */
  answer<Name extends RequestName>(
    name: Name,
    reply: (message: FrameMessage<Name>) => FrameFields<ReplyName<Name>>,
  ): void {
    this.answers.set(name, reply);
  }

  get holdsBack(): boolean {
    return this.#holdsBack;
  }

  set holdsBack(isSo: boolean) {
    this.#holdsBack = isSo;
    if (isSo) return;
    for (const connection of this.connections) {
      for (const stream of this.streams.keys()) connection.pump(stream);
    }
  }

  /** All connections end as when the process dies. */
  crash(): void {
    this.up = false;
    for (const connection of this.connections) connection.cut();
  }

  addRoom(number: number, kind: RoomKind, name: string, directUsers: number[] = []): RoomNumber {
    this.rooms.set(number as RoomNumber, { number, kind, name, directUsers });
    return number as RoomNumber;
  }

  say(room: number, text: string, sender: number = BOB, extra: Extra = {}): LogEvent {
    return this.happen(room, EventKind.MESSAGE, sender, { case: 'plain', value: text }, extra);
  }

  /** Something that is neither said nor about rooms that one enters or leaves. */
  happen(room: number, kind: EventKind, sender: number, content: FakeContent, extra: Extra = {}): LogEvent {
    const bytes = content === undefined ? NOTHING : encodeMessage(ContentSchema, { content });
    return this.append(roomStream(room as RoomNumber), kind, sender, bytes, extra);
  }

  /** In alice's inbox. */
  note(kind: EventKind, content: NonNullable<FakeContent>, sender: number = ALICE): LogEvent {
    return this.append(inboxStream(ALICE), kind, sender, encodeMessage(ContentSchema, { content }));
  }

  /** The inbox says that the room was entered or left. */
  tell(kind: EventKind.ROOM_ENTERED | EventKind.ROOM_EXITED, room: FakeRoom): LogEvent {
    const content = encodeMessage(ContentSchema, { content: { case: 'room', value: room } });
    return this.append(inboxStream(ALICE), kind, 0, content);
  }

  append(
    stream: StreamId,
    kind: EventKind,
    sender: number,
    content: Uint8Array,
    extra: Extra = {},
  ): LogEvent {
    const events = this.events(stream);
    const event: LogEvent = {
      stream,
      sequence: events.length + 1,
      kind,
      sender,
      content,
      timeMs: this.now,
      clientMessageId: NOTHING,
      relatesTo: 0,
      thread: 0,
      role: Role.MEMBER,
      countsUnread: kind === EventKind.MESSAGE,
      ...extra,
    };
    events.push(event);
    for (const connection of this.connections) connection.pump(stream);
    return event;
  }

  events(stream: StreamId): LogEvent[] {
    const events = this.streams.get(stream) ?? [];
    this.streams.set(stream, events);
    return events;
  }

  keptFrom(stream: number): number {
    return this.firstKept.get(Math.floor(stream / 4)) ?? 1;
  }

  acknowledged(progress: readonly { stream: number; delivered: number }[]): void {
    for (const { stream, delivered } of progress) this.delivered.set(Math.floor(stream / 4), delivered);
  }

  membership(room: FakeRoom) {
    const head = this.events(roomStream(room.number as RoomNumber)).length;
    return {
      room,
      role: Role.MEMBER,
      delivered: this.delivered.get(room.number) ?? 0,
      head,
      firstKept: this.keptFrom(roomStream(room.number as RoomNumber)),
      ...this.standing(room.number),
    };
  }

  /** More of a membership. */
  standing: (room: number) => Partial<Pick<Membership, 'role' | 'read' | 'unread' | 'mentions'>> = () => ({});

  /** A SendMessage: the same id is the same message. */
  accept({ room, clientMessageId: id, content, relatesTo, thread }: FrameMessage<'sendMessage'>) {
    const decoded = decodeMessage(ContentSchema, content, 'content').content;
    const key = `${room} ${id.toHex()}`;
    const before = this.#sent.get(key);
    if (before !== undefined) return { ...before, duplicate: true, timeMs: this.now };
    const said = { clientMessageId: id, relatesTo, thread };
    const { sequence } = this.happen(room, EventKind.MESSAGE, ALICE, decoded.case && decoded, said);
    this.#sent.set(key, { room, sequence });
    return { room, sequence, timeMs: this.now };
  }

  /** As ReadSettings has it. */
  settings: () => FrameFields<'settingPage'> = () => ({ asOf: this.events(inboxStream(ALICE)).length });

  user(number: number) {
    const name = NAMES.get(number) ?? `person${number}`;
    return { number, name, uuid: `uuid-${number}`, assistant: number === HELPER };
  }

  /** By number or name. */
  lookUp(reference: number | string | undefined) {
    const named = [...NAMES].find(([, name]) => name === reference)?.[0];
    return this.user(named ?? Number(reference));
  }

  readonly accepting: Accept = (connection) => {
    const fake = new FakeConnection(this, connection);
    this.connections.push(fake);
    return {
      frame: (frame) => fake.receive(frame),
      datagram: () => {},
      drain: () => {},
      pathChanged: () => {},
      closed: () => fake.closed(),
    };
  };
}

export const LOBBY_STREAM = roomStream(LOBBY);

export function textsIn(events: readonly LogEvent[]): string[] {
  return events.flatMap(({ content }) => {
    const decoded = decodeMessage(ContentSchema, content, 'content').content;
    return decoded.case === 'plain' ? [decoded.value] : [];
  });
}
